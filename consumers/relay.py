"""The relay: finds the work that a dead process left, and offers what is due. Every process runs one; none leads."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from eventsourcing.persistence import Notification

from consumers.dispatch import Dispatcher
from consumers.pace import Pace, jittered
from consumers.workers import Workers
from ledger.application.clock import Clock
from ledger.application.work import Queue, WorkStore
from ledger.domain.errors import LedgerError
from ledger.runtime.telemetry import instruments

log = logging.getLogger(__name__)

TRACKING = "relay"
BATCH = 500


class Journal(Protocol):
    """What is asked of the journal here."""

    async def max_notification_id(self) -> int | None:
        """Return the last position."""
        ...

    async def select_notifications(
        self, start: int | None, limit: int, stop: int | None = None, topics: Sequence[str] = ()
    ) -> list[Notification]:
        """Return up to `limit` events of `topics` from `start` to `stop`."""
        ...


class Relay:
    """Every second, more or less: follow the journal, offer what is due or whose lease has expired."""

    def __init__(
        self,
        journal: Journal,
        dispatcher: Dispatcher,
        store: WorkStore,
        queue: Queue,
        workers: Workers,
        *,
        clock: Clock,
        pace: Pace,
    ) -> None:
        """Follow `journal` for `dispatcher`; what is due in `store` goes where the dispatcher sends it."""
        self._journal = journal
        self._dispatcher = dispatcher
        self._store = store
        self._queue = queue
        self._workers = workers
        self._clock = clock
        self._pace = pace
        self._stopping = asyncio.Event()
        self._measured = float("-inf")

    def stop(self) -> None:
        """End after the round under way."""
        self._stopping.set()

    async def run(self) -> None:
        """Make rounds until stopped."""
        while not self._stopping.is_set():
            there_is_more = await self._round()
            wait_s = jittered(self._pace.relay_s) / (10 if there_is_more else 1)
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._stopping.wait()

    async def _round(self) -> bool:
        """Do each part of a round, though another fails; tell whether there is more to offer at once."""
        there_is_more = False
        try:
            await self.follow()
        except LedgerError as error:
            log.warning("relay_cannot_follow", extra={"code": error.code, "error": error.detail})
        try:
            there_is_more = await self.offer_what_is_due()
            await self._measure()
        except LedgerError as error:
            log.warning("relay_cannot_offer", extra={"code": error.code, "error": error.detail})
        return there_is_more

    async def follow(self) -> None:
        """Make the work that follows from events nobody has seen to yet, up to the journal's present end."""
        tracked = await self._store.tracked(TRACKING)
        position = self._dispatcher.seen_to(tracked)
        last = await self._journal.max_notification_id() or 0
        while position < last:
            found = await self._journal.select_notifications(
                position + 1, BATCH, stop=last, topics=self._dispatcher.topics
            )
            await self._dispatcher.make((event.id, event) for event in found)
            position = found[-1].id if len(found) == BATCH else last
            await self._store.track(TRACKING, position)
            tracked = position
        if position > tracked:
            await self._store.track(TRACKING, position)

    async def offer_what_is_due(self) -> bool:
        """Offer due items, the longest waiting first; tell whether some found no place and should soon again."""
        due = await self._store.due(now=self._clock.now(), limit=self._pace.relay_batch)
        waiting = [item for item in due if not self._workers.holds(item.item_id)]
        return await self._dispatcher.offer(waiting) > 0

    async def _measure(self) -> None:
        now_s = asyncio.get_running_loop().time()
        if now_s - self._measured < self._pace.measure_s:
            return
        self._measured = now_s
        now = self._clock.now()
        oldest = await self._store.oldest_due(now=now)
        instruments().queue_oldest_due.set((now - oldest).total_seconds() if oldest else 0.0)
        for topic in self._dispatcher.topics:
            instruments().queue_depth.set(await self._queue.depth(topic), {"queue": topic})
