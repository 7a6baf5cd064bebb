"""Loading aggregates from their streams and saving what they decided, several streams in one atomic append."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from typing import Protocol, TypeVar, cast
from uuid import UUID

from eventsourcing.persistence import IntegrityError, StoredEvent

from ledger.application.mapper import Mapper
from ledger.application.recollection import Recollection
from ledger.domain.aggregate import Aggregate, Event
from ledger.domain.errors import NotFound, Refused, Unavailable

A = TypeVar("A", bound=Aggregate)
T = TypeVar("T")

ATTEMPTS = 8
"""How often a decision is made anew after somebody else's append came first."""

MOST_SEEN = 512
"""So many aggregates that are only looked at are kept as they are, and need not be folded anew each time."""

# The streams that the decision under way knows from memory alone; None when it may not lean on memory.
_leaning: ContextVar[set[UUID] | None] = ContextVar("leaning", default=None)


class Contended(Unavailable):
    """Too many others were changing the same thing; try again."""

    code = "contended"


class MemoryUntried(Exception):
    """A decision leaned on memory that its append does not put to the test."""


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
        self.recollection = Recollection()
        self._seen: OrderedDict[UUID, tuple[tuple[Event, ...], Aggregate | None]] = OrderedDict()

    async def find(self, kind: type[A], stream_id: UUID, *, version: int | None = None) -> A | None:
        """Return the aggregate, as of `version` if given, or None if there is no such stream of that kind."""
        if version is not None:
            stored = await self._recorder.select_events(stream_id, lte=version)
            return _fold(kind, [self._mapper.to_domain_event(item) for item in stored])
        with self.recollection.reading(stream_id) as reading:
            stored = await self._recorder.select_events(stream_id)
            events = [self._mapper.to_domain_event(item) for item in stored]
            self.recollection.read(reading, events)
        return _fold(kind, events)

    async def get(self, kind: type[A], stream_id: UUID, *, version: int | None = None) -> A:
        """Return the aggregate or raise `NotFound`."""
        return _existing(await self.find(kind, stream_id, version=version))

    async def recall(self, kind: type[A], stream_id: UUID) -> A:
        """Return the aggregate as this process last knew it, else as the journal has it; raise `NotFound`.

        Inside `deciding` it is as good as `get`: what comes of it is put to the test by the append, or decided anew.
        """
        return _existing(await self._recalled(kind, stream_id) or await self.find(kind, stream_id))

    async def presume(self, kind: type[A], stream_id: UUID) -> A | None:
        """Return the aggregate if this process knows it; inside `deciding`, presume that there is none otherwise."""
        recalled = await self._recalled(kind, stream_id)
        leaning = _leaning.get()
        if recalled is None and leaning is not None:
            leaning.add(stream_id)
            return None
        return recalled or await self.find(kind, stream_id)

    async def glance(self, kind: type[A], stream_id: UUID, *, at_least: int = 0) -> A:
        """Return an aggregate that is only looked at, and that may be some milliseconds old; raise `NotFound`.

        Everybody who looks is given the same object for as long as nothing more is known of the stream. Whoever heard
        of an event of it says so by its version (`at_least`), and sees nothing older.
        """
        if not at_least and self.recollection.is_absent(stream_id):
            raise NotFound
        remembered = self.remembered(kind, stream_id)
        if remembered is None or remembered.version < at_least:
            return await self.get(kind, stream_id)
        return remembered

    def remembered(self, kind: type[A], stream_id: UUID) -> A | None:
        """Return what `glance` does, but nothing is read for it: None if this process does not remember it."""
        events = self.recollection.of(stream_id)
        if not events:
            return None
        before, seen = self._seen.get(stream_id, ((), None))
        if before is not events:
            seen = _fold(kind, events)
            self._seen[stream_id] = (events, seen)
            if len(self._seen) > MOST_SEEN:
                self._seen.popitem(last=False)
        return seen if isinstance(seen, kind) else None

    def forget(self, stream_id: UUID) -> None:
        """Forget a stream that nobody will ask for soon, in favour of others."""
        self.recollection.forget(stream_id)
        self._seen.pop(stream_id, None)

    async def _recalled(self, kind: type[A], stream_id: UUID) -> A | None:
        leaning = _leaning.get()
        if leaning is None:
            return None
        known = _fold(kind, self.recollection.of(stream_id))
        if known is not None:
            leaning.add(stream_id)
        return known

    async def save(self, *aggregates: Aggregate) -> int | None:
        """Append everything the aggregates decided, in one page; return the last position, None if nothing was new.

        Raises `IntegrityError` when somebody else was first: the objects are then stale and must be discarded.
        """
        decided = {aggregate.id: cast("Sequence[Event]", aggregate.collect_events()) for aggregate in aggregates}
        leaning = _leaning.get()
        if leaning and any(not decided.get(stream_id) for stream_id in leaning):
            raise MemoryUntried
        stored = [self._mapper.to_stored_event(event) for events in decided.values() for event in events]
        if not stored:
            return None
        with self.recollection.writing(decided):
            positions = await self._recorder.insert_events(stored)
        if leaning:
            leaning.clear()
        return positions[-1]


async def deciding(decide: Callable[[], Awaitable[T]]) -> T:
    """Run `decide` (load, decide, save), anew from the start when somebody else's append came first (CONS-3).

    The first time it may lean on what this process remembers. A decision that leaned on memory counts only if its
    append put every such stream to the test; a refusal, or a decision to do nothing, is made again on fresh history.
    """
    for attempt in range(ATTEMPTS):
        leaning: set[UUID] | None = set() if attempt == 0 else None
        token = _leaning.set(leaning)
        try:
            decided = await decide()
        except (IntegrityError, MemoryUntried):
            continue
        except Refused:
            if not leaning:
                raise
            continue
        finally:
            _leaning.reset(token)
        if not leaning:
            return decided
    raise Contended


def _fold(kind: type[A], events: Sequence[Event]) -> A | None:
    aggregate: Aggregate | None = None
    for event in events:
        aggregate = event.mutate(aggregate)
    return aggregate if isinstance(aggregate, kind) else None


def _existing(found: A | None) -> A:
    if found is None:
        raise NotFound
    return found
