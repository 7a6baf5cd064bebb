"""What is checked of every event: its record, its stream, and what its aggregate makes of it."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from eventsourcing.domain import CanInitAggregate

from ledger.application.journal.page import Entry, Page, stored_event
from ledger.application.journal.store import PageStore
from ledger.application.mapper import Envelope, Mapper
from ledger.application.verification.findings import Check, Finding
from ledger.application.verification.versions import Versions
from ledger.domain.aggregate import Aggregate, Event
from ledger.domain.journal import balanced

LIVE_AGGREGATES: Final = 10_000
# A page is written within moments of its records, by the same clock; a clock may be set meanwhile, but not by this.
WRITTEN_WITHIN: Final = timedelta(minutes=10)


class Streams:
    """Follows every stream of a journal; it keeps `LIVE_AGGREGATES` in memory and reads others when they go on."""

    def __init__(self, store: PageStore, mapper: Mapper) -> None:
        """Read streams that are not in memory from `store`."""
        self._store = store
        self._mapper = mapper
        self._live: OrderedDict[UUID, Aggregate] = OrderedDict()
        self._broken: set[UUID] = set()
        self.versions = Versions()

    async def check(self, page: Page) -> AsyncIterator[Finding | tuple[int, Envelope]]:
        """Yield what is found on the page, and the events that can be read with their positions."""
        for position, entry in enumerate(page.events, page.position):
            if gap := self._version_difference(entry):
                yield Finding(position, Check.STREAM, gap)
            try:
                envelope = self._mapper.to_envelope(stored_event(entry))
            except Exception as error:  # noqa: BLE001 - whatever is wrong with a record, the auditor is told
                self._break(entry.originator_id)
                # Reading a record back compares the fields beside it, too; here it is said which differ.
                for difference in [*beside(entry)] or [f"it cannot be read back: {error!r}"]:
                    yield Finding(position, Check.RECORD, difference)
                continue
            for finding in facts(page, position, envelope):
                yield finding
            if misfit := await self._mutated(envelope.event):
                yield Finding(position, Check.AGGREGATE, misfit)
            yield position, envelope

    def _version_difference(self, entry: Entry) -> str | None:
        last, version = self.versions.last(entry.originator_id), entry.originator_version
        if version > last:
            self.versions.advance(entry.originator_id, version)
        if version == last + 1:
            return None
        return f"version {version} of stream {entry.originator_id} follows version {last}"

    async def _mutated(self, event: Event) -> str | None:
        """Apply the event to its aggregate and say what keeps it from fitting; a stream is reported once."""
        stream_id = event.originator_id
        if stream_id in self._broken:
            return None
        try:
            before = self._live.pop(stream_id, None)
            if before is None and event.originator_version > 1:
                before = await self._reloaded(stream_id, event.originator_version - 1)
            self._live[stream_id] = mutated(before, event)
        except Exception as error:  # noqa: BLE001 - whatever keeps it from fitting, the auditor is told
            self._break(stream_id)
            return f"the event does not fit what happened before in stream {stream_id}: {error!r}"
        if len(self._live) > LIVE_AGGREGATES:
            self._live.popitem(last=False)
        return None

    async def _reloaded(self, stream_id: UUID, version: int) -> Aggregate | None:
        aggregate: Aggregate | None = None
        for _, entry in await self._store.stream(stream_id, lte=version):
            aggregate = mutated(aggregate, self._mapper.to_domain_event(stored_event(entry)))
        return aggregate

    def _break(self, stream_id: UUID) -> None:
        self._live.pop(stream_id, None)
        self._broken.add(stream_id)


class DoesNotFit(Exception):
    """The event belongs to another kind of stream, or to another place in it."""


def mutated(aggregate: Aggregate | None, event: Event) -> Aggregate:
    """Return the aggregate after the event; raise whatever says that it does not fit."""
    topic: str = type(event).TOPIC  # type: ignore[attr-defined]
    if isinstance(event, CanInitAggregate) != (aggregate is None):
        raise DoesNotFit(f"{topic} at version {event.originator_version}")
    kind: str | None = getattr(aggregate, "TOPIC", None)
    if aggregate is not None and topic.partition(".")[0] != kind:
        raise DoesNotFit(f"{topic} in the stream of a {kind}")
    after: Aggregate | None = event.mutate(aggregate)
    assert after is not None, "an event leaves an aggregate"
    return after


def beside(entry: Entry) -> Iterator[str]:
    """Say how the fields beside a record differ from the record."""
    try:
        record: Any = orjson.loads(entry.record)
    except ValueError:
        return
    if not isinstance(record, dict):
        return
    fields = {
        "originator_id": entry.originator_id.hex,
        "originator_version": entry.originator_version,
        "topic": entry.topic,
    }
    for name, value in fields.items():
        if record.get(name) != value:
            yield f"the {name} beside the record is {value!r}, the record says {record.get(name)!r}"


def facts(page: Page, position: int, envelope: Envelope) -> Iterator[Finding]:
    """Check what an event says by itself: balanced postings, and that it was recorded when its page was written."""
    postings = getattr(envelope.event, "postings", ())
    if not balanced(postings):
        total = sum(posting.minor for posting in postings)
        yield Finding(position, Check.POSTINGS, f"the postings sum to {total} instead of 0")
    if abs(page.written_at - envelope.recorded_at) > WRITTEN_WITHIN:
        moments = f"recorded at {envelope.recorded_at.isoformat()}, its page written at {page.written_at.isoformat()}"
        yield Finding(position, Check.MOMENT, moments)
