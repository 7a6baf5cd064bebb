"""A page store that fails on command: answers are lost before or after the write, slow, or for good."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from enum import Enum, auto
from uuid import UUID

from eventsourcing.persistence import Tracking
from typing_extensions import override

from ledger.application.journal.errors import JournalUnavailable
from ledger.application.journal.page import Entry, Page
from ledger.application.journal.store import PageStore


class Fault(Enum):
    """What happens to one insert."""

    NONE = auto()
    LOST_BEFORE = auto()
    LOST_AFTER = auto()
    BROKEN = auto()


class FaultyPageStore(PageStore):
    """Passes everything on to another store, except what it was told to spoil."""

    def __init__(self, store: PageStore) -> None:
        """Spoil nothing yet."""
        self._store = store
        self.faults: deque[Fault] = deque()
        self.is_away = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.inserting = 0
        self.hidden_reads = 0
        self.lost_reads = 0
        self.lost_scans = 0

    def _answer(self) -> None:
        if self.is_away:
            raise JournalUnavailable
        if self.lost_reads:
            self.lost_reads -= 1
            raise JournalUnavailable

    @override
    async def insert(self, page: Page) -> None:
        fault = self.faults.popleft() if self.faults else Fault.NONE
        if self.is_away:
            raise JournalUnavailable
        self.inserting += 1
        await self.gate.wait()
        if fault is Fault.BROKEN:
            raise ZeroDivisionError
        if fault is Fault.LOST_BEFORE:
            raise JournalUnavailable
        await self._store.insert(page)
        if fault is Fault.LOST_AFTER:
            raise JournalUnavailable

    @override
    async def at(self, position: int) -> Page | None:
        self._answer()
        if self.hidden_reads:
            self.hidden_reads -= 1
            return None
        return await self._store.at(position)

    @override
    async def holding(self, position: int) -> Page | None:
        self._answer()
        return await self._store.holding(position)

    @override
    async def last(self) -> Page | None:
        self._answer()
        return await self._store.last()

    @override
    async def last_position(self) -> int:
        self._answer()
        return await self._store.last_position()

    @override
    async def pages(self, position: int) -> AsyncGenerator[Page, None]:
        async for page in self._store.pages(position):
            self._answer()
            if self.lost_scans:
                self.lost_scans -= 1
                raise JournalUnavailable
            yield page

    @override
    async def stream(
        self,
        originator_id: UUID,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[tuple[int, Entry]]:
        self._answer()
        return await self._store.stream(originator_id, gt=gt, lte=lte, desc=desc, limit=limit)

    @override
    async def insert_tracking(self, tracking: Tracking) -> bool:
        self._answer()
        return await self._store.insert_tracking(tracking)

    @override
    async def max_tracking_id(self, application_name: str) -> int | None:
        self._answer()
        return await self._store.max_tracking_id(application_name)

    @override
    async def wait_for_more(self, after_position: int, *, but_by: str, timeout_s: float) -> int:
        self._answer()
        return await self._store.wait_for_more(after_position, but_by=but_by, timeout_s=timeout_s)
