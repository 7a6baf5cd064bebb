"""Loading aggregates from their streams and saving what they decided, several streams in one atomic append."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from eventsourcing.persistence import IntegrityError, StoredEvent

from ledger.application.mapper import Mapper
from ledger.domain.aggregate import Aggregate
from ledger.domain.errors import NotFound, Unavailable

A = TypeVar("A", bound=Aggregate)
T = TypeVar("T")

ATTEMPTS = 8
"""How often a decision is made anew after somebody else's append came first."""


class Contended(Unavailable):
    """Too many others were changing the same thing; try again."""

    code = "contended"


class EventRecorder(Protocol):
    """What the repository asks of the journal. Positions start at 1 and are dense."""

    async def insert_events(self, stored_events: Sequence[StoredEvent], /) -> Sequence[int]:
        """Append all or nothing and return the positions; raise `IntegrityError` if a version is taken."""
        ...

    async def select_events(
        self, originator_id: UUID, *, gt: int | None = None, lte: int | None = None
    ) -> Sequence[StoredEvent]:
        """Return the events of one stream in order, versions in (gt, lte]."""
        ...


class Repository:
    """The aggregates of one journal."""

    def __init__(self, recorder: EventRecorder, mapper: Mapper) -> None:
        """Keep events in `recorder` in the form `mapper` gives them."""
        self._recorder = recorder
        self._mapper = mapper

    async def find(self, kind: type[A], stream_id: UUID, *, version: int | None = None) -> A | None:
        """Return the aggregate, as of `version` if given, or None if there is no such stream of that kind."""
        stored = await self._recorder.select_events(stream_id, lte=version)
        aggregate: Aggregate | None = None
        for item in stored:
            aggregate = self._mapper.to_domain_event(item).mutate(aggregate)
        return aggregate if isinstance(aggregate, kind) else None

    async def get(self, kind: type[A], stream_id: UUID, *, version: int | None = None) -> A:
        """Return the aggregate or raise `NotFound`."""
        found = await self.find(kind, stream_id, version=version)
        if found is None:
            raise NotFound
        return found

    async def save(self, *aggregates: Aggregate) -> int | None:
        """Append everything the aggregates decided, in one page; return the last position, None if nothing was new.

        Raises `IntegrityError` when somebody else was first: the objects are then stale and must be discarded.
        """
        events = [event for aggregate in aggregates for event in aggregate.collect_events()]
        if not events:
            return None
        stored = [self._mapper.to_stored_event(event) for event in events]  # type: ignore[arg-type]
        return (await self._recorder.insert_events(stored))[-1]


async def deciding(decide: Callable[[], Awaitable[T]]) -> T:
    """Run `decide` (load, decide, save), anew from the start when somebody else's append came first (CONS-3)."""
    for _ in range(ATTEMPTS):
        try:
            return await decide()
        except IntegrityError:
            continue
    raise Contended
