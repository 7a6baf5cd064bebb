"""What a consumer is: one rule that says what follows from one kind of event."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ledger.application.mapper import Envelope
from ledger.application.work import WorkItem


@dataclass(frozen=True, slots=True)
class Again:
    """The rule was followed as far as it goes now; come back `after` so long."""

    after: timedelta


class Consumer(Protocol):
    """A rule. It is handed each event of its topic at least once, perhaps twice at the same time.

    Its `name` is a sentence, which work items and the metadata of events carry: it never changes.
    """

    name: str
    topic: str

    async def concerns(self, envelope: Envelope) -> bool:  # noqa: ARG002 - most rules need not look
        """Tell whether anything follows from this event; of what does not, no work is made.

        It is asked once the event is recorded, perhaps more than once, and costs at most one look into the journal.
        """
        return True

    def due(self, envelope: Envelope) -> datetime:
        """Return when the event is to be handled; the moment of its recording means at once. Must not fail."""
        ...

    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        """Do what follows from the event.

        `Unavailable` is tried again with growing delays, `Refused` is final and needs a person, anything else is a
        bug and is tried again a few times. `item.failures` counts the tries that failed so far.
        """
        ...
