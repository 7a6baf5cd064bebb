"""The ports to work: the items that follow from events, kept durably, and the disposable queue that offers them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from ledger.domain.errors import NotFound, Unavailable


class WorkUnavailable(Unavailable):
    """The store of work did not answer."""

    code = "work_unavailable"


class QueueUnavailable(Unavailable):
    """The queue did not answer; what it held is published again from the store of work."""

    code = "queue_unavailable"


class WorkUnknown(NotFound):
    """There is no such item of work."""

    code = "work_unknown"


class WorkState(StrEnum):
    """Where an item of work stands."""

    PENDING = "pending"
    LEASED = "leased"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One event to be handled by one consumer.

    `item_id` is `<position>:<consumer>`, so that everybody who makes it makes the same. `queue` is the event's topic,
    `attempts` counts claims, `failures` those that failed since the last that did not, and `fence` tells one claim's
    holder from the next: whoever holds an older one changes nothing.
    """

    item_id: str
    queue: str
    consumer: str
    stream_id: UUID
    position: int
    due_at: datetime
    state: WorkState = WorkState.PENDING
    attempts: int = 0
    failures: int = 0
    fence: int = 0
    lease_until: datetime | None = None
    last_error: str | None = None

    @classmethod
    def of(cls, *, position: int, consumer: str, queue: str, stream_id: UUID, due_at: datetime) -> "WorkItem":
        """Make the one pending item of `consumer` and the event at `position`."""
        return cls(f"{position}:{consumer}", queue, consumer, stream_id, position, due_at)


def not_before(moment: datetime) -> datetime:
    """Return the first moment in whole milliseconds, as they are kept, that is not before `moment`."""
    return moment + timedelta(microseconds=-moment.microsecond % 1000)


class WorkStore(Protocol):
    """Keeps the truth about work. Moments are kept in milliseconds, cut off. Every method raises `WorkUnavailable`.

    `finish`, `postpone`, `bury` and `release` take the item as `claim` returned it; they change nothing and return
    False when its lease has passed to somebody else meanwhile.
    """

    async def add(self, items: Sequence[WorkItem]) -> None:
        """Keep new items durably; those whose id is known already are left as they are."""
        ...

    async def claim(self, item_id: str, *, now: datetime, lease: timedelta) -> WorkItem | None:
        """Take a pending item that is due, or one whose lease has expired; None if there is nothing to take.

        Counts the attempt and raises the fence. An expired lease counts as a failure: its holder may have died of it.
        """
        ...

    async def renew(self, items: Sequence[WorkItem], *, now: datetime, lease: timedelta) -> None:
        """Hold claimed items for `lease` longer; those whose lease has passed to somebody else are left alone."""
        ...

    async def finish(self, item: WorkItem) -> bool:
        """Mark a claimed item as done."""
        ...

    async def postpone(self, item: WorkItem, *, due_at: datetime, error: str | None = None) -> bool:
        """Give a claimed item back until `due_at`; an `error` counts as a failure, none forgets earlier failures."""
        ...

    async def bury(self, item: WorkItem, *, error: str) -> bool:
        """Mark a claimed item as dead."""
        ...

    async def release(self, item: WorkItem, *, now: datetime) -> bool:
        """Give a claimed item back at once, as if it had not been tried."""
        ...

    async def due(self, *, now: datetime, limit: int) -> list[WorkItem]:
        """Return up to `limit` items that could be claimed at `now`, the longest waiting first."""
        ...

    async def get(self, item_id: str) -> WorkItem:
        """Return an item; raise `WorkUnknown`."""
        ...

    async def listed(self, state: WorkState, *, limit: int = 100) -> list[WorkItem]:
        """Return up to `limit` items of one state, by position."""
        ...

    async def revive(self, item_id: str, *, now: datetime) -> bool:
        """Set a dead item going again, with its failures forgotten; False if it is not dead."""
        ...

    async def hasten(self, stream_id: UUID, consumer: str, *, now: datetime) -> bool:
        """Make the consumer's pending items of a stream due now; False if there were none that wait."""
        ...

    async def counts(self) -> Mapping[WorkState, int]:
        """Return how many items are pending, leased and dead."""
        ...

    async def oldest_due(self, *, now: datetime) -> datetime | None:
        """Return since when the longest waiting item could have been claimed; None if none waits."""
        ...

    async def track(self, name: str, position: int) -> None:
        """Record that everything up to `position` has been seen to by `name`; never moves back."""
        ...

    async def tracked(self, name: str) -> int:
        """Return up to which position everything has been seen to by `name`, 0 at first."""
        ...


class Queue(Protocol):
    """Hands out the ids of due items, quickly and at least once. Holds nothing that cannot be lost.

    Every method raises `QueueUnavailable`.
    """

    async def publish(self, items: Sequence[WorkItem]) -> int:
        """Offer items to whoever takes from their queues; return how many were not there yet."""
        ...

    async def take(self, queues: Sequence[str], *, limit: int, timeout_s: float) -> list[str]:
        """Return the ids of up to `limit` items, the longest due first, waiting up to `timeout_s` for one.

        It must be left to end by itself: what a cancelled taker had been given is gone until it is published again.
        """
        ...

    async def depth(self, queue: str) -> int:
        """Return how many items lie in a queue."""
        ...
