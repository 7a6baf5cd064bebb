"""The history of a checkout, a payment or a refund: every step of it and of what belongs to it, as of any time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from ledger.application import ids
from ledger.application.clock import Clock
from ledger.application.codec import LIBRARY_FIELDS
from ledger.application.journal.page import Placed
from ledger.application.journal.store import PageStore
from ledger.application.mapper import Envelope, Mapper
from ledger.application.plain import Plain, flat
from ledger.domain.aggregate import Aggregate
from ledger.domain.errors import NotFound, Refused
from ledger.domain.tax.taxed import Taxed

KINDS: Final = {
    "cs": "checkout",
    "pay": "payment",
    "re": "refund",
    "dp": "dispute",
    "tev": "tax_evidence",
    "inv": "invoice",
    "cn": "credit_note",
}
MOST_STREAMS: Final = 1_000
# The keyed hashes of a request's body tell nobody anything.
NOT_SHOWN: Final = "request.fields."


class NotYet(Refused):
    """The journal has not come so far yet."""

    code = "as_of_in_future"


@dataclass(frozen=True, slots=True)
class Change:
    """One field of what people see of a stream, before and after; None where there was or is none."""

    field: str
    before: Plain
    after: Plain


@dataclass(frozen=True, slots=True)
class Step:
    """One event: where and when it was recorded, by whom and why, what it says and what it changed."""

    position: int
    recorded_at: datetime
    subject: str
    version: int
    topic: str
    event_id: str
    actor: str
    causation: str | None
    correlation: str | None
    traceparent: str | None
    facts: dict[str, Plain]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class History:
    """The steps in the order of their positions, and where each of the streams stands after the last of them."""

    subject: str
    steps: tuple[Step, ...]
    state: dict[str, dict[str, Plain]]


class Streams(Protocol):
    """What is asked of the journal's recorder."""

    async def select_placed(self, originator_id: UUID, /) -> Sequence[Placed]:
        """Return one stream's events with their positions, ordered by version."""
        ...

    async def max_notification_id(self) -> int | None:
        """Return the last position, None when there is none."""
        ...


class Histories:
    """Reads histories. A checkout brings its payments, refunds and tax evidence; a payment or refund all of them.

    An invoice or a credit note brings all of these, and the other documents of the same sale.
    """

    def __init__(self, streams: Streams, pages: PageStore, mapper: Mapper, clock: Clock) -> None:
        """Read `streams`, whose `pages` tell when they were written."""
        self._streams = streams
        self._pages = pages
        self._mapper = mapper
        self._clock = clock

    async def of(self, subject: str, *, as_of: int | datetime | None = None) -> History:
        """Return the history of `cs_…`, `inv_…` or the like through a position or a moment, as read then (EVT-7).

        Raises `IdMalformed`, `NotFound` if there was no such thing then, `NotYet`, `RecordUnreadable`.
        """
        kind = KINDS.get(subject.partition("_")[0])
        if kind is None:
            raise ids.IdMalformed
        stream_id = ids.inside(kind, subject)
        await self._require_past(as_of)
        placed = [each for each in await self._family(stream_id) if await self._within(each, as_of)]
        if not any(each.event.originator_id == stream_id for each in placed):
            raise NotFound
        return self._told(subject, sorted(placed, key=lambda each: each.position))

    async def _require_past(self, as_of: int | datetime | None) -> None:
        if isinstance(as_of, datetime):
            is_future = as_of > self._clock.now()
        else:
            is_future = as_of is not None and as_of > (await self._streams.max_notification_id() or 0)
        if is_future:
            raise NotYet

    async def _family(self, stream_id: UUID) -> list[Placed]:
        """Return the events of the stream and of every stream that they lead to, and those lead to in turn."""
        wanted, found = [stream_id], dict[UUID, Sequence[Placed]]()
        while wanted and len(found) < MOST_STREAMS:
            current = wanted.pop()
            found[current] = await self._streams.select_placed(current)
            related = {other for each in found[current] for other in _related(self._mapper.to_envelope(each.event))}
            wanted += sorted(related - found.keys() - set(wanted))
        return [each for stream in found.values() for each in stream]

    async def _within(self, placed: Placed, as_of: int | datetime | None) -> bool:
        if isinstance(as_of, datetime):
            page = await self._pages.holding(placed.position)
            assert page is not None, "an event lies on a page"
            return page.written_at <= as_of
        return as_of is None or placed.position <= as_of

    def _told(self, subject: str, placed: Sequence[Placed]) -> History:
        aggregates: dict[UUID, Aggregate] = {}
        state: dict[str, dict[str, Plain]] = {}
        steps: list[Step] = []
        for each in placed:
            envelope = self._mapper.to_envelope(each.event)
            stream_id = envelope.event.originator_id
            after: Aggregate | None = envelope.event.mutate(aggregates.get(stream_id))
            assert after is not None, "an event leaves an aggregate"
            aggregates[stream_id] = after
            step = _step(each.position, envelope, before=state.get(_name(envelope), {}), after=_visible(vars(after)))
            state[step.subject] = _visible(vars(after))
            steps.append(step)
        return History(subject, tuple(steps), state)


def _step(position: int, envelope: Envelope, *, before: dict[str, Plain], after: dict[str, Plain]) -> Step:
    event, context = envelope.event, envelope.context
    own = {name: value for name, value in vars(event).items() if name not in LIBRARY_FIELDS}
    return Step(
        position=position,
        recorded_at=envelope.recorded_at,
        subject=_name(envelope),
        version=event.originator_version,
        topic=_topic(envelope),
        event_id=envelope.event_id,
        actor=context.actor,
        causation=context.causation,
        correlation=context.correlation,
        traceparent=context.traceparent,
        facts=_visible(own),
        changes=tuple(
            Change(field, before.get(field), after.get(field))
            for field in (*after, *(before.keys() - after.keys()))
            if before.get(field) != after.get(field)
        ),
    )


def _visible(values: dict[str, object]) -> dict[str, Plain]:
    shown = flat({name: value for name, value in values.items() if not name.startswith("_")})
    return {path: value for path, value in shown.items() if NOT_SHOWN not in path}


def _related(envelope: Envelope) -> set[UUID]:
    """Return the checkouts, payments and refunds that an event names, and the evidence its tax rests on."""
    event = envelope.event
    taxed = getattr(event, "taxed", None)
    named = (
        getattr(event, "payment_id", None),
        getattr(event, "refund_id", None),
        getattr(event, "dispute_id", None),
        getattr(getattr(event, "charge", None), "checkout_id", None),
        getattr(event, "credit_note_id", None),
        *(getattr(getattr(event, "terms", None), name, None) for name in ("payment_id", "refund_id")),
        getattr(getattr(getattr(event, "terms", None), "invoice", None), "invoice_id", None),
        taxed.basis.number.evidence_id if isinstance(taxed, Taxed) and taxed.basis.number else None,
    )
    return {each for each in named if each is not None}


def _topic(envelope: Envelope) -> str:
    return type(envelope.event).TOPIC  # type: ignore[attr-defined, no-any-return]


def _name(envelope: Envelope) -> str:
    return ids.outside(_topic(envelope).partition(".")[0], envelope.event.originator_id)
