"""The journal as the rest of the ledger knows it: the library's recorder, asynchronous, over pages."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from types import TracebackType
from typing import Self
from uuid import UUID, uuid4

from eventsourcing.persistence import IntegrityError, Notification, StoredEvent, Tracking

from ledger.application.clock import Clock
from ledger.application.journal.backlog import Backlog
from ledger.application.journal.errors import AppendTooLarge
from ledger.application.journal.follower import Bell, follow
from ledger.application.journal.lease import WriterLease
from ledger.application.journal.page import Append, Page, Placed, stored_event
from ledger.application.journal.reading import notifications
from ledger.application.journal.store import PageStore
from ledger.application.journal.writer import GIVE_UP_S, Writer

log = logging.getLogger(__name__)

Listener = Callable[[Page], None]


class Recorder:
    """Records events and reads them back; open it with `async with`, which owns its writer and its doorbell.

    The methods have the library's names and meanings. A conflict of stream versions raises the library's
    `IntegrityError`; what the store withholds raises `Unavailable`.
    """

    def __init__(
        self,
        store: PageStore,
        clock: Clock,
        *,
        name: str = "ledger",
        lease: WriterLease | None = None,
        give_up_s: float = GIVE_UP_S,
    ) -> None:
        """`name` says in every page which process wrote it; a random part makes it this recorder's own."""
        self._store = store
        self._lease = lease
        self._give_up_s = give_up_s
        self._backlog = Backlog()
        name = f"{name}-{uuid4().hex[:12]}"
        self._bell = Bell(store, name)
        self._listeners: list[Listener] = []
        self._writer = Writer(
            store,
            self._backlog,
            clock=clock,
            name=name,
            lease=lease,
            committed=self._committed,
            give_up_s=give_up_s,
        )
        self._tasks = asyncio.TaskGroup()
        self._writing: asyncio.Task[None] | None = None
        self._is_listening = False
        self._beside: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Start the writer."""
        await self._tasks.__aenter__()
        self._writing = self._tasks.create_task(self._writer.run(), name="journal writer")
        if self._lease is not None:
            self._beside.append(self._tasks.create_task(self._lease.hold(), name="journal lease"))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take nothing more, write what waits, stop; what the store has not answered by then is told as unknown."""
        assert self._writing is not None, "entered before"
        self._backlog.close()
        try:
            await asyncio.wait([self._writing], timeout=self._give_up_s)
        finally:
            self._writing.cancel()
            for task in self._beside:
                task.cancel()
            await self._tasks.__aexit__(None, None, None)

    async def insert_events(
        self, stored_events: Sequence[StoredEvent], *, tracking: Tracking | None = None
    ) -> Sequence[int]:
        """Write events at once, all or none, and return their positions, which follow one another.

        Raises `IntegrityError` when a stream version exists already or the tracking is not beyond the last;
        `AppendTooLarge` when they do not fit on a page; `OutcomeUnknown` when nobody can tell. Being cancelled
        does not undo it.
        """
        if not stored_events:
            if tracking is not None:
                await self.insert_tracking(tracking)
            return []
        append = Append.of(stored_events, tracking)
        if not append.fits_a_page:
            raise AppendTooLarge(events=len(append.entries), bytes=append.weight_bytes)
        outcome = await self._backlog.put(append)
        return await outcome

    async def insert_tracking(self, tracking: Tracking) -> None:
        """Record a tracking that belongs to no events; raises `IntegrityError` when it is not beyond the last.

        An application should track either with its events or without; only within one of the two do racing
        processes see each other.
        """
        if not await self._store.insert_tracking(tracking):
            message = f"{tracking} is not beyond what is tracked already"
            raise IntegrityError(message)

    async def select_placed(
        self,
        originator_id: UUID,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[Placed]:
        """Return one stream's events with their positions, ordered by version."""
        found = await self._store.stream(originator_id, gt=gt, lte=lte, desc=desc, limit=limit)
        return [Placed(position, stored_event(entry)) for position, entry in found]

    async def select_events(
        self,
        originator_id: UUID,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        """Return one stream's events, ordered by version."""
        found = await self._store.stream(originator_id, gt=gt, lte=lte, desc=desc, limit=limit)
        return [stored_event(entry) for _, entry in found]

    async def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        """Return up to `limit` events by position, from `start` (or after it) to `stop`, of these topics or all."""
        first = 1 if start is None else start + (not inclusive_of_start)
        return await notifications(self._store, max(first, 1), limit, stop=stop, topics=frozenset(topics))

    async def max_notification_id(self) -> int | None:
        """Return the last position, None when there is none."""
        return await self._store.last_position() or None

    async def max_tracking_id(self, application_name: str) -> int | None:
        """Return the highest notification id tracked for the application."""
        return await self._store.max_tracking_id(application_name)

    async def has_tracking_id(self, application_name: str, notification_id: int | None) -> bool:
        """Tell whether this notification, or a later one, has been tracked; None always has."""
        if notification_id is None:
            return True
        highest = await self.max_tracking_id(application_name)
        return highest is not None and highest >= notification_id

    def follow(self, start: int = 1) -> AsyncGenerator[Page, None]:
        """Yield every page from the one that holds `start`, now and in future; raises `CorruptJournal`."""
        assert self._writing is not None, "follow within `async with`"
        if not self._is_listening:
            self._is_listening = True
            self._beside.append(self._tasks.create_task(self._bell.listen(), name="journal doorbell"))
        return follow(self._store, self._bell, start)

    def on_commit(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every page this process commits, before its callers hear; return how to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _committed(self, page: Page) -> None:
        self._bell.committed(page)
        for listener in tuple(self._listeners):
            try:
                listener(page)
            except Exception:
                # The page is written; whoever cannot use it now will find it when following.
                log.exception("a listener failed on page %d", page.position)
