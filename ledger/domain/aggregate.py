"""The base of every aggregate: explicit topics, no clock, and events that are only facts."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import BaseAggregate, CanInitAggregate, CanMutateAggregate, DomainEvent
from typing_extensions import override

UNRECORDED = datetime.min.replace(tzinfo=UTC)
"""The timestamp of an event nobody has recorded yet; the mapper replaces it by the moment of recording."""


class Event(CanMutateAggregate[UUID], DomainEvent):
    """A fact in one stream. Subclasses carry a `TOPIC` (`payment.captured`) that never changes."""

    class_version: ClassVar[int] = 1

    @staticmethod
    @override
    def create_timestamp() -> datetime:
        return UNRECORDED


class Created(CanInitAggregate[UUID], Event):
    """The first fact of a stream."""

    originator_topic: str


class Aggregate(BaseAggregate[UUID]):
    """One stream of events and the state they add up to. Subclasses carry a `TOPIC` (`payment`).

    A command checks and triggers; a method decorated with `@event` only assigns, because it runs again on replay.
    """

    class Event(Event):
        """The base of this aggregate's events."""

    __hash__ = None  # type: ignore[assignment]


REGISTRY: dict[str, type[Event]] = {}
"""Every event class by topic: the closed catalogue. What is not in it cannot be read."""


def registered(*aggregates: type[Aggregate]) -> None:
    """Add the events of `aggregates` to the catalogue; a topic that is already taken is a bug."""
    for aggregate in aggregates:
        for event_class in event_classes(aggregate):
            topic: str = event_class.TOPIC  # the library refuses a class without one
            assert REGISTRY.get(topic, event_class) is event_class, f"two events claim the topic {topic}"
            REGISTRY[topic] = event_class


def event_classes(aggregate: type[Aggregate]) -> list[type[Any]]:
    """Return the event classes that belong to `aggregate`, in the order of their definition."""
    return [
        value
        for name, value in vars(aggregate).items()
        if isinstance(value, type) and issubclass(value, Event) and name != "Event"
    ]
