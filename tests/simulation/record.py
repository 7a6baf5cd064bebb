"""What is on record at the end of a life, read afresh from the journal by somebody who took no part in it."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from ledger.adapters.memory.pages import MemoryPageStore
from ledger.adapters.memory.work import MemoryWorkStore
from ledger.application.journal.page import stored_event
from ledger.application.mapper import Envelope, Mapper
from ledger.application.work import WorkItem, WorkState
from ledger.domain.aggregate import Aggregate
from ledger.domain.catalogue import EVENTS
from tests.simulation.life import Life

A = TypeVar("A", bound=Aggregate)


@dataclass
class Record:
    """Every event with its position and topic, every aggregate, every account, every item of work."""

    events: list[tuple[int, str, Envelope]] = field(default_factory=list)
    aggregates: dict[UUID, Aggregate] = field(default_factory=dict)
    topics: dict[UUID, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    accounts: Counter[str] = field(default_factory=Counter)
    work: dict[str, WorkItem] = field(default_factory=dict)

    def all(self, kind: type[A]) -> list[A]:
        """Return every aggregate of a kind."""
        return [aggregate for aggregate in self.aggregates.values() if isinstance(aggregate, kind)]

    def for_a_person(self, stream_id: UUID) -> bool:
        """Tell whether work about a stream was given up, so that somebody has to look."""
        return any(item.stream_id == stream_id and item.state is WorkState.DEAD for item in self.work.values())


def record_of(life: Life) -> Record:
    """Read the journal of a life from its beginning."""
    pages: MemoryPageStore = life.pages
    work: MemoryWorkStore = life.ports.work  # type: ignore[assignment]
    record, mapper = Record(work=dict(work._items)), Mapper(EVENTS, life.clock)
    for page in pages._pages:
        for position, entry in enumerate(page.events, page.position):
            envelope = mapper.to_envelope(stored_event(entry))
            stream_id = entry.originator_id
            record.events.append((position, entry.topic, envelope))
            record.topics[stream_id][entry.topic] += 1
            after: Aggregate | None = envelope.event.mutate(record.aggregates.get(stream_id))
            assert after is not None, "an event leaves an aggregate"
            record.aggregates[stream_id] = after
            for posting in getattr(envelope.event, "postings", ()):
                record.accounts[posting.account] += posting.minor
    return record
