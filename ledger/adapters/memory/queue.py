"""A queue in memory, for tests and for a single process."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from typing_extensions import override

from ledger.application.work import Queue, QueueUnavailable, WorkItem


class MemoryQueue(Queue):
    """Holds items for as long as the process lives; `away` makes it fail as a server that is not there."""

    def __init__(self) -> None:
        """Begin with nothing queued."""
        self.away = False
        self._queues: dict[str, dict[str, float]] = {}
        self._more = asyncio.Condition()

    def wipe(self) -> None:
        """Forget everything, as a restarted server does."""
        self._queues.clear()

    @override
    async def publish(self, items: Sequence[WorkItem]) -> int:
        self._require_here()
        fresh = [item for item in items if item.item_id not in self._queues.get(item.queue, {})]
        for item in fresh:
            self._queues.setdefault(item.queue, {})[item.item_id] = item.due_at.timestamp()
        async with self._more:
            self._more.notify_all()
        return len({item.item_id for item in fresh})

    @override
    async def take(self, queues: Sequence[str], *, limit: int, timeout_s: float) -> list[str]:
        self._require_here()
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s), self._more:
                await self._more.wait_for(lambda: self.away or any(self._queues.get(queue) for queue in queues))
        self._require_here()
        waiting = next((self._queues[queue] for queue in queues if self._queues.get(queue)), {})
        taken = sorted(waiting, key=lambda item_id: (waiting[item_id], item_id))[:limit]
        for item_id in taken:
            del waiting[item_id]
        return taken

    @override
    async def depth(self, queue: str) -> int:
        self._require_here()
        return len(self._queues.get(queue, {}))

    def _require_here(self) -> None:
        if self.away:
            raise QueueUnavailable
