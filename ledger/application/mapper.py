"""The mapper: between domain events and records, the exact bytes that are hashed, kept and never re-serialised."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from eventsourcing.domain import CanInitAggregate
from eventsourcing.persistence import StoredEvent

from ledger.application.clock import Clock
from ledger.application.codec import event_codecs, moment_text
from ledger.application.context import Context, current
from ledger.domain.aggregate import Event
from ledger.domain.errors import LedgerError

MOST_FRESH = 2_048
"""So many records just written here are remembered together with what they were written from."""


class RecordUnreadable(LedgerError):
    """A record of the journal cannot be read back."""

    code = "record_unreadable"


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event with what was recorded around it (EVT-3). The chain of hashes is the page's tree."""

    event_id: str
    schema: int
    recorded_at: datetime
    effective_at: datetime
    context: Context
    event: Event


class Mapper:
    """Turns events into stored events and back. `events` is the closed catalogue by topic."""

    def __init__(self, events: dict[str, type[Event]], clock: Clock) -> None:
        """Read only what `events` lists; stamp with `clock`."""
        self._events = events
        self._clock = clock
        self._fresh: OrderedDict[bytes, Envelope] = OrderedDict()

    def to_stored_event(self, event: Event) -> StoredEvent:
        """Return the record of a new event, stamping the event with the moment of recording."""
        event_class = type(event)
        topic: str = event_class.TOPIC  # type: ignore[attr-defined]
        assert self._events.get(topic) is event_class, f"{topic} is not in the catalogue"
        recorded_at = self._clock.now()
        # The event learns here when it was recorded, so that it equals what will be read back.
        state = vars(event)
        state["timestamp"] = recorded_at
        stamp = moment_text(recorded_at)
        random = secrets.token_hex(32)
        effective_at: datetime = state.get("effective_at", recorded_at)
        context = current()
        record: dict[str, Any] = {
            "id": f"evt_{random[:32]}",
            "originator_id": event.originator_id.hex,
            "originator_version": event.originator_version,
            "topic": topic,
            "schema": event_class.class_version,
            "recorded_at": stamp,
            "effective_at": stamp if effective_at is recorded_at else moment_text(effective_at),
            "meta": _meta(context),
            "salt": random[32:],
            "state": {name: encode(state[name]) for name, encode, _ in event_codecs(event_class)},
        }
        stored = StoredEvent(event.originator_id, event.originator_version, topic, orjson.dumps(record))
        schema = event_class.class_version
        self._keep_fresh(stored.state, Envelope(record["id"], schema, recorded_at, effective_at, context, event))
        return stored

    def _keep_fresh(self, record: bytes, envelope: Envelope) -> None:
        self._fresh[record] = envelope
        if len(self._fresh) > MOST_FRESH:
            self._fresh.popitem(last=False)

    def to_domain_event(self, stored: StoredEvent) -> Event:
        """Return the event a record tells of; raise `RecordUnreadable` naming its stream and version."""
        return self._event(stored, self._record(stored))

    def to_envelope(self, stored: StoredEvent) -> Envelope:
        """Return the event together with its metadata; raise `RecordUnreadable`.

        What these very bytes were just written from need not be read out of them again.
        """
        fresh = self._fresh.get(stored.state)
        if fresh is not None and _is_of(fresh.event, stored):
            return fresh
        record = self._record(stored)
        meta = record["meta"]
        tenant = meta.get("tenant")
        context = Context(
            actor=meta["actor"],
            tenant=UUID(hex=tenant) if tenant else None,
            correlation=meta.get("correlation"),
            causation=meta.get("causation"),
            traceparent=meta.get("traceparent"),
        )
        recorded_at, effective_at = (datetime.fromisoformat(record[name]) for name in ("recorded_at", "effective_at"))
        event = self._event(stored, record)
        return Envelope(record["id"], record["schema"], recorded_at, effective_at, context, event)

    def _record(self, stored: StoredEvent) -> dict[str, Any]:
        try:
            record = orjson.loads(stored.state)
            matches = (
                record["topic"] == stored.topic
                and record["originator_id"] == stored.originator_id.hex  # type: ignore[union-attr]
                and record["originator_version"] == stored.originator_version
            )
        except (ValueError, KeyError, TypeError) as error:
            raise RecordUnreadable(_where(stored)) from error
        if not matches:
            raise RecordUnreadable(f"{_where(stored)}: the fields beside the record contradict it")
        return record  # type: ignore[no-any-return]

    def _event(self, stored: StoredEvent, record: dict[str, Any]) -> Event:
        event_class = self._events.get(record["topic"])
        if event_class is None:
            raise RecordUnreadable(f"{_where(stored)}: the catalogue has no such event")
        try:
            raw = upcast(event_class, record["state"], record["schema"])
            state = {name: decode(raw[name]) for name, _, decode in event_codecs(event_class)}
            state["timestamp"] = datetime.fromisoformat(record["recorded_at"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RecordUnreadable(f"{_where(stored)}: {error!r}") from error
        state["originator_id"] = UUID(hex=record["originator_id"])
        state["originator_version"] = record["originator_version"]
        if issubclass(event_class, CanInitAggregate):
            state["originator_topic"] = record["topic"].partition(".")[0]
        event = object.__new__(event_class)
        event.__dict__.update(state)
        return event


def _is_of(event: Event, stored: StoredEvent) -> bool:
    beside = (stored.originator_id, stored.originator_version, stored.topic)
    return (event.originator_id, event.originator_version, event.TOPIC) == beside  # type: ignore[attr-defined]


def upcast(event_class: type[Event], state: dict[str, Any], schema: int) -> dict[str, Any]:
    """Bring the JSON `state` of an older schema up to date by the class's own `upcast_v1_v2` and so on (EVT-4)."""
    for version in range(schema, event_class.class_version):
        getattr(event_class, f"upcast_v{version}_v{version + 1}")(state)
    return state


def _meta(context: Context) -> dict[str, str]:
    facts = {
        "actor": context.actor,
        "tenant": context.tenant.hex if context.tenant else None,
        "correlation": context.correlation,
        "causation": context.causation,
        "traceparent": context.traceparent,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _where(stored: StoredEvent) -> str:
    return f"the record of {stored.topic}, version {stored.originator_version} of {stored.originator_id}"
