"""The workers of one process: what customers wait for, and beside it what may wait for them."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

from consumers.handling import Handling
from consumers.pace import Pace
from consumers.worker import Worker
from ledger.application.work import Queue, WorkItem

WAITING: Final = frozenset({"ipn.received"})
"""The queues of work that nobody waits for, but that comes in floods: a provider sends a day's news in a minute."""


class Workers:
    """Two workers, each with room of its own, so that a flood of the one kind never keeps the other waiting."""

    def __init__(self, queue: Queue, handling: Handling, topics: Sequence[str], pace: Pace) -> None:
        """Take from the queues of `topics`."""
        prompt = [topic for topic in topics if topic not in WAITING]
        patient = [topic for topic in topics if topic in WAITING]
        rooms = ((prompt, pace.in_hand), (patient, pace.patient_in_hand))
        self._workers = [Worker(queue, handling, names, pace, in_hand=room) for names, room in rooms if names]

    @property
    def room(self) -> int:
        """How many more items they can take into their hands."""
        return sum(worker.room for worker in self._workers)

    def holds(self, item_id: str) -> bool:
        """Tell whether one of them has the item in hand at this moment."""
        return any(worker.holds(item_id) for worker in self._workers)

    def hand(self, items: Iterable[WorkItem]) -> int:
        """Give them items past the queue as far as there is room; return how many were taken."""
        items = list(items)
        return sum(
            worker.hand(item.item_id for item in items if worker.takes_from(item.queue)) for worker in self._workers
        )

    def stop(self) -> None:
        """Take no more."""
        for worker in self._workers:
            worker.stop()

    async def run(self) -> None:
        """Work until stopped, then finish or hand back what is in hand (CONS-5)."""
        async with asyncio.TaskGroup() as tasks:
            for worker in self._workers:
                tasks.create_task(worker.run())
