"""The worker: takes due items from the queue and has them handled, a bounded number at a time."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress

from consumers.handling import Handling
from consumers.pace import Pace, jittered
from ledger.application.work import Queue, QueueUnavailable

log = logging.getLogger(__name__)


class Worker:
    """Takes until it is told to stop. Items may also be handed to it past the queue: the claim decides either way."""

    def __init__(self, queue: Queue, handling: Handling, topics: Sequence[str], pace: Pace, *, in_hand: int) -> None:
        """Take from the queues of `topics`, each first in turn, and have at most `in_hand` items at a time."""
        self._queue = queue
        self._handling = handling
        self._topics = list(topics)
        self._pace = pace
        self._most = in_hand
        self._in_hand: dict[str, asyncio.Task[None]] = {}
        self._freed = asyncio.Event()
        self._stopping = asyncio.Event()
        self._group: asyncio.TaskGroup | None = None

    @property
    def room(self) -> int:
        """How many more items it can take into its hands; none before it runs and when it is told to stop."""
        if self._group is None or self._stopping.is_set():
            return 0
        return max(0, self._most - len(self._in_hand))

    def takes_from(self, queue: str) -> bool:
        """Tell whether the items of `queue` are its affair."""
        return queue in self._topics

    def holds(self, item_id: str) -> bool:
        """Tell whether it has the item in hand at this moment."""
        return item_id in self._in_hand

    def hand(self, item_ids: Iterable[str]) -> int:
        """Take items past the queue as far as there is room; return how many were taken."""
        taken = [item_id for item_id in item_ids if not self.holds(item_id)][: self.room]
        for item_id in taken:
            self._start(item_id)
        return len(taken)

    def stop(self) -> None:
        """Take no more. A wait for the queue ends by itself: cancelled, it would lose what it was just given."""
        self._stopping.set()
        self._freed.set()

    async def run(self) -> None:
        """Work until stopped, then finish what is in hand within the grace time and hand back the rest (CONS-5)."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            while not self._stopping.is_set():
                await self._wait_for_room()
                for item_id in await self._take():
                    self._start(item_id)
            await self._drain()

    async def _wait_for_room(self) -> None:
        while not self.room and not self._stopping.is_set():
            self._freed.clear()
            await self._freed.wait()

    async def _take(self) -> list[str]:
        if not self.room:
            return []
        # Each queue is first in turn, so that a full one does not starve the others.
        self._topics.append(self._topics.pop(0))
        try:
            return await self._queue.take(self._topics, limit=self.room, timeout_s=self._pace.block_s)
        except QueueUnavailable as error:
            # Meanwhile the relay hands work over. Payments go on.
            log.warning("queue_away", extra={"error": error.detail})
            with suppress(TimeoutError):
                async with asyncio.timeout(jittered(self._pace.block_s)):
                    await self._stopping.wait()
            return []

    def _start(self, item_id: str) -> None:
        assert self._group is not None, "the worker runs"
        if item_id in self._in_hand:
            return
        task = self._group.create_task(self._handling.work(item_id), name=f"work {item_id}")
        self._in_hand[item_id] = task
        task.add_done_callback(lambda _: self._end(item_id))

    def _end(self, item_id: str) -> None:
        del self._in_hand[item_id]
        self._freed.set()

    async def _drain(self) -> None:
        in_hand = list(self._in_hand.values())
        if not in_hand:
            return
        _, unfinished = await asyncio.wait(in_hand, timeout=self._pace.grace_s)
        for task in unfinished:
            task.cancel()
