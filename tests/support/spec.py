"""Given, when, then — for one aggregate."""

from collections.abc import Callable
from typing import Generic, TypeVar

import pytest

from ledger.domain.aggregate import Aggregate, Event
from ledger.domain.errors import Refused

A = TypeVar("A", bound=Aggregate)


class Spec(Generic[A]):
    """An aggregate under test: what was, what is asked of it, and what comes of that."""

    def __init__(self, aggregate: A) -> None:
        """Begin with `aggregate`, whose first events belong to what was."""
        self.aggregate = aggregate
        aggregate.collect_events()

    def given(self, *commands: Callable[[A], object]) -> "Spec[A]":
        """Let these have happened."""
        for command in commands:
            command(self.aggregate)
        self.aggregate.collect_events()
        return self

    def when(self, command: Callable[[A], object]) -> "Spec[A]":
        """Ask for this."""
        command(self.aggregate)
        return self

    def then(self, *topics: str) -> list[Event]:
        """Expect exactly events of these topics, in this order, and return them."""
        events = list(self.aggregate.collect_events())
        assert [event.TOPIC for event in events] == list(topics)  # type: ignore[attr-defined]
        return events  # type: ignore[return-value]

    def then_nothing(self) -> None:
        """Expect that nothing was recorded."""
        self.then()

    def refuses(self, refusal: type[Refused], command: Callable[[A], object]) -> None:
        """Expect a refusal that records nothing."""
        with pytest.raises(refusal):
            command(self.aggregate)
        self.then_nothing()
