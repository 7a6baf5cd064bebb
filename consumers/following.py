"""The one way to follow anything up: look, apply what is known, come back later, and in the end call a person.

Nothing here moves money by itself. A rule says what it looks at, what it still waits for, and for how long.
"""

from abc import abstractmethod
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from typing_extensions import override

from consumers.consumer import Again, Consumer
from consumers.schedule import Offsets, Schedule, again
from ledger.application.clock import Clock
from ledger.application.mapper import Envelope
from ledger.application.work import WorkItem

ThingT = TypeVar("ThingT")
OutcomeT = TypeVar("OutcomeT")


class FollowUp(Consumer, Generic[ThingT, OutcomeT]):
    """Follows one kind of thing up from an event on, at growing intervals."""

    def __init__(self, clock: Clock, schedule: Schedule) -> None:
        """Look when `schedule` says, by `clock`."""
        self._clock = clock
        self._schedule = schedule

    @property
    @abstractmethod
    def offsets(self) -> Offsets:
        """When to look, from the event on; after the last it is given up."""

    def offsets_of(self, thing: ThingT) -> Offsets:  # noqa: ARG002 - most rules look at everything alike
        """When to look at this very thing; the first is that of `offsets` for all."""
        return self.offsets

    @abstractmethod
    async def get(self, stream_id: UUID) -> ThingT:
        """Return the thing as it is recorded."""

    @abstractmethod
    def waits(self, thing: ThingT) -> bool:
        """Tell whether there is still something to find out."""

    @abstractmethod
    async def ask(self, thing: ThingT) -> OutcomeT | None:
        """Return what is known now, None while nothing new is; raise `Unavailable` to be asked again soon."""

    @abstractmethod
    async def apply(self, thing: ThingT, outcome: OutcomeT) -> None:
        """Record what is known."""

    @abstractmethod
    async def give_up(self, thing: ThingT) -> OutcomeT:
        """Return how it ends when nothing was found out in time; raise a `Refused` that calls a person."""

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at + self.offsets[0]

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        thing = await self.get(item.stream_id)
        if not self.waits(thing):
            return None
        outcome = await self.ask(thing)
        if outcome is None:
            coming = again(self.offsets_of(thing), since=envelope.recorded_at, now=self._clock.now())
            if coming is not None:
                return coming
            outcome = await self.give_up(thing)
        await self.apply(thing, outcome)
        return None
