"""The mapper: every event reads back equal, and every record of the past stays readable."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from ledger.adapters.memory.clock import SettableClock
from ledger.application.context import acting
from ledger.application.mapper import Mapper, RecordUnreadable, upcast
from ledger.domain.aggregate import Event
from ledger.domain.catalogue import EVENTS
from tests.support.every_event import every_event
from tests.support.examples import NOW, ORGANIZATION, payment

GOLDEN = sorted((Path(__file__).parent.parent / "golden").glob("*.json"))


@pytest.fixture
def mapper() -> Mapper:
    return Mapper(EVENTS, SettableClock(NOW))


def _stored(text: str) -> StoredEvent:
    record = json.loads(text)
    return StoredEvent(
        UUID(hex=record["originator_id"]), record["originator_version"], record["topic"], text.encode()
    )


def test_there_is_an_example_of_every_event() -> None:
    assert {event.TOPIC for event in every_event()} == set(EVENTS)  # type: ignore[attr-defined]


@pytest.mark.parametrize("event", every_event(), ids=lambda event: event.TOPIC)
def test_every_event_reads_back_equal(mapper: Mapper, event: Event) -> None:
    """EVT-3."""
    back = mapper.to_domain_event(mapper.to_stored_event(event))
    assert back == event
    assert type(back) is type(event)
    assert {name: type(value) for name, value in vars(back).items()} == {
        name: type(value) for name, value in vars(event).items()
    }


def test_there_is_a_golden_record_of_every_version_of_every_event() -> None:
    """EVT-4: a new event, or a new version of one, needs a golden record; none is ever edited."""
    versions = {f"{topic}.v{v}" for topic, kind in EVENTS.items() for v in range(1, kind.class_version + 1)}
    assert {path.stem for path in GOLDEN} == versions


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_record_of_the_past_reads_as_the_event_of_today(mapper: Mapper, path: Path) -> None:
    """EVT-4."""
    events = [event for event in every_event() if f"{event.TOPIC}.v" in path.name]  # type: ignore[attr-defined]
    back = mapper.to_domain_event(_stored(path.read_text()))
    for event in events:
        vars(event)["timestamp"] = back.timestamp
    assert back in events


def test_an_older_version_is_brought_up_to_date_step_by_step() -> None:
    """EVT-4."""

    class Priced(Event):
        class_version = 3

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["amount"] = [state.pop("cents"), "EUR"]

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            state["gross"] = state.pop("amount")

    assert upcast(Priced, {"cents": 5}, 1) == {"gross": [5, "EUR"]}
    assert upcast(Priced, {"amount": [7, "EUR"]}, 2) == {"gross": [7, "EUR"]}
    assert upcast(Priced, {"gross": [9, "EUR"]}, 3) == {"gross": [9, "EUR"]}


def test_the_record_says_who_when_and_why(mapper: Mapper) -> None:
    """EVT-3, CONS-7: the idempotency key is a fact inside the first event."""
    (initiated,) = payment().collect_events()
    with acting(
        actor="customer", tenant=ORGANIZATION, correlation="req_1", causation="evt_0", traceparent="00-aa-bb-01"
    ):
        stored = mapper.to_stored_event(initiated)  # type: ignore[arg-type]
    record = json.loads(stored.state)
    assert set(record) == {
        "id", "originator_id", "originator_version", "topic", "schema", "recorded_at", "effective_at", "meta",
        "salt", "state",
    }  # fmt: skip
    assert record["meta"] == {
        "actor": "customer",
        "tenant": ORGANIZATION.hex,
        "correlation": "req_1",
        "causation": "evt_0",
        "traceparent": "00-aa-bb-01",
    }
    assert record["state"]["request"]["key"] == "key-1"
    assert re.fullmatch("evt_[0-9a-f]{32}", record["id"])
    envelope = mapper.to_envelope(stored)
    assert envelope.context.tenant == ORGANIZATION
    assert (envelope.recorded_at, envelope.effective_at, envelope.event) == (NOW, NOW, initiated)


def test_equal_events_have_different_records(mapper: Mapper) -> None:
    """Every record is salted, so that an amount cannot be guessed from its hash."""
    (initiated,) = payment().collect_events()
    assert mapper.to_stored_event(initiated).state != mapper.to_stored_event(initiated).state  # type: ignore[arg-type]


BROKEN = [
    lambda stored: replace(stored, state=b"{"),
    lambda stored: replace(stored, state=b"[]"),
    lambda stored: replace(stored, state=b"{}"),
    lambda stored: replace(stored, topic="payment.captured"),
    lambda stored: replace(stored, originator_version=2),
    lambda stored: replace(stored, originator_id=UUID(int=1)),
    lambda stored: replace(stored, state=stored.state.replace(b'"charge"', '"chargé"'.encode())),
    lambda stored: replace(
        stored, topic="os:system", state=stored.state.replace(b'"payment.initiated"', b'"os:system"')
    ),
]


@pytest.mark.parametrize("break_it", BROKEN)
def test_a_broken_record_is_said_to_be_broken_and_nothing_is_imported(mapper: Mapper, break_it: Any) -> None:  # noqa: ANN401
    (initiated,) = payment().collect_events()
    with pytest.raises(RecordUnreadable):
        mapper.to_envelope(break_it(mapper.to_stored_event(initiated)))  # type: ignore[arg-type]


def test_only_so_many_fresh_records_are_remembered(mapper: Mapper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.application.mapper.MOST_FRESH", 2)
    stored = [mapper.to_stored_event(event) for event in every_event()[:4]]
    assert len(mapper._fresh) == 2
    assert [mapper.to_envelope(each).event for each in stored] == every_event_as_recorded(stored, mapper)


def every_event_as_recorded(stored: list[StoredEvent], mapper: Mapper) -> list[Event]:
    return [mapper.to_domain_event(each) for each in stored]
