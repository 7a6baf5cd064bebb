"""Pages in memory, for tests and for what need not last."""

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import AsyncGenerator
from contextlib import suppress
from uuid import UUID

from eventsourcing.persistence import Tracking
from typing_extensions import override

from ledger.application.journal.page import Entry, Key, Page
from ledger.application.journal.store import PageStore, PageTaken, StreamVersionTaken


class MemoryPageStore(PageStore):
    """Keeps pages for as long as the process lives; several recorders of one event loop may share it."""

    def __init__(self) -> None:
        """Begin with no pages."""
        self._starts: list[int] = []
        self._pages: list[Page] = []
        self._streams: dict[UUID, dict[int, tuple[int, Entry]]] = {}
        self._tracked: dict[str, int] = {}
        self._more = asyncio.Condition()

    @override
    async def insert(self, page: Page) -> None:
        index = bisect_left(self._starts, page.position)
        if index < len(self._starts) and self._starts[index] == page.position:
            raise PageTaken
        if taken := frozenset(entry.key for entry in page.events if self._has(entry.key)):
            raise StreamVersionTaken(taken)
        self._starts.insert(index, page.position)
        self._pages.insert(index, page)
        for position, entry in enumerate(page.events, page.position):
            self._streams.setdefault(entry.originator_id, {})[entry.originator_version] = (position, entry)
        for tracking in page.tracking:
            self._tracked[tracking.application_name] = tracking.notification_id
        async with self._more:
            self._more.notify_all()

    def _has(self, key: Key) -> bool:
        return key[1] in self._streams.get(key[0], ())

    @override
    async def at(self, position: int) -> Page | None:
        page = await self.holding(position)
        return page if page is not None and page.position == position else None

    @override
    async def holding(self, position: int) -> Page | None:
        index = bisect_right(self._starts, position)
        return self._pages[index - 1] if index else None

    @override
    async def last(self) -> Page | None:
        return self._pages[-1] if self._pages else None

    @override
    async def pages(self, position: int) -> AsyncGenerator[Page, None]:
        index = bisect_left(self._starts, position)
        while index < len(self._pages):
            yield self._pages[index]
            index += 1

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
        stream = self._streams.get(originator_id, {})
        versions = [
            version
            for version in sorted(stream, reverse=desc)
            if (gt is None or version > gt) and (lte is None or version <= lte)
        ]
        return [stream[version] for version in versions[:limit]]

    @override
    async def insert_tracking(self, tracking: Tracking) -> bool:
        if self._tracked.get(tracking.application_name, -1) >= tracking.notification_id:
            return False
        self._tracked[tracking.application_name] = tracking.notification_id
        return True

    @override
    async def max_tracking_id(self, application_name: str) -> int | None:
        return self._tracked.get(application_name)

    @override
    async def last_position(self) -> int:
        return self._pages[-1].last_position if self._pages else 0

    @override
    async def wait_for_more(self, after_position: int, *, but_by: str, timeout_s: float) -> int:
        def there_is_more() -> bool:
            return bool(self._pages) and self._pages[-1].last_position > after_position

        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s), self._more:
                await self._more.wait_for(there_is_more)
        return await self.last_position()
