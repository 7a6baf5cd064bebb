"""The base of aggregates: topics are enforced, and the catalogue is closed."""

import pytest
from eventsourcing.domain import ProgrammingError

from ledger.domain import aggregate
from ledger.domain.aggregate import UNRECORDED, registered
from ledger.domain.catalogue import AGGREGATES, EVENTS
from tests.support.examples import checkout


def test_an_event_without_a_topic_is_refused_when_its_module_is_read() -> None:
    with pytest.raises(ProgrammingError):

        class Nameless(aggregate.Aggregate):
            TOPIC = "nameless"

            class Event(aggregate.Event):
                pass

            class Happened(Event):
                pass


def test_every_topic_begins_with_its_aggregate() -> None:
    assert {topic.partition(".")[0] for topic in EVENTS} == {kind.TOPIC for kind in AGGREGATES}
    assert all(event_class.__doc__ for event_class in EVENTS.values())


def test_a_topic_has_one_owner() -> None:
    registered(*AGGREGATES)

    class Thief(aggregate.Aggregate):
        class Event(aggregate.Event):
            pass

        class Opened(Event):
            TOPIC = "checkout.opened"

    with pytest.raises(AssertionError, match=r"checkout\.opened"):
        registered(Thief)


def test_an_event_knows_no_time_until_it_is_recorded() -> None:
    """EVT-6."""
    (opened,) = checkout().collect_events()
    assert opened.timestamp == UNRECORDED
