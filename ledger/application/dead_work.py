"""The record of work that was given up, and of people who set it going again."""

from uuid import UUID, uuid5

from ledger.application.clock import Clock
from ledger.application.repository import Repository, deciding
from ledger.application.work import WorkItem, WorkState, WorkStore
from ledger.domain.errors import Refused
from ledger.domain.work import Work

NAMESPACE = UUID("6f1c9d0e-6f0b-4c58-9a3b-7f3f5d3b8a11")
"""The namespace of the ids of `work` streams: `uuid5(NAMESPACE, item_id)`, never to be changed."""


class WorkNotDead(Refused):
    """Only work that was given up can be retried."""

    code = "work_not_dead"


class DeadWork:
    """The work of this ledger that was given up."""

    def __init__(self, repository: Repository, store: WorkStore, clock: Clock) -> None:
        """Record in `repository` what happens to the items of `store`."""
        self._repository = repository
        self._store = store
        self._clock = clock

    async def bury(self, item: WorkItem, *, error: str) -> bool:
        """Record that a claimed item is given up, then bury it; False if its lease had passed on (CONS-4)."""

        async def decide() -> None:
            work = await self._repository.find(Work, stream_of(item.item_id))
            if work is None:
                work = Work.bury(
                    stream_of(item.item_id),
                    item_id=item.item_id,
                    queue=item.queue,
                    stream_id=item.stream_id,
                    attempts=item.attempts,
                    error=error,
                )
            else:
                work.die_again(attempts=item.attempts, error=error)
            await self._repository.save(work)

        # The record comes first. If we die in between, the item is claimed again, fails again, and is recorded once.
        await deciding(decide)
        return await self._store.bury(item, error=error)

    async def retry(self, item_id: str) -> None:
        """Set a dead item going again and record that somebody did; raise `WorkUnknown` or `WorkNotDead`."""
        item = await self._store.get(item_id)
        if item.state is not WorkState.DEAD:
            raise WorkNotDead(state=item.state.value)

        async def decide() -> None:
            work = await self._repository.find(Work, stream_of(item_id))
            if work is not None:
                work.retry()
                await self._repository.save(work)

        await deciding(decide)
        await self._store.revive(item_id, now=self._clock.now())


def stream_of(item_id: str) -> UUID:
    """Return the stream that records what became of an item."""
    return uuid5(NAMESPACE, item_id)
