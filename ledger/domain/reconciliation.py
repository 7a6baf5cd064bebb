"""A reconciliation: one file of a provider, held against the books, and what that came to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.clearing import Found
from ledger.domain.values import Mode


@dataclass(frozen=True, slots=True)
class ReconciliationTerms:
    """Which file it was, by its SHA-256, of which account, and the moments of its first and last line."""

    organization_id: UUID
    mode: Mode
    provider: str
    provider_account: str
    digest: str
    begins_at: datetime
    ends_at: datetime
    days: int


@dataclass(frozen=True, slots=True)
class Share:
    """Of a currency, in minor units without signs: all that moved, what is explained, what was within the days."""

    currency: str
    value_minor: int
    explained_minor: int
    in_time_minor: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many lines or movements came to one thing."""

    found: Found
    number: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a reconciliation came to; `shares` is the headline (REC-3)."""

    lines: int
    counts: tuple[Count, ...]
    shares: tuple[Share, ...]


class Reconciliation(aggregate.Aggregate):
    """A reconciliation (`rec_…`)."""

    TOPIC = "reconciliation"

    class Event(aggregate.Event):
        """A fact about a reconciliation."""

    class Completed(Event, aggregate.Created):
        """Every line of a file was held against the books."""

        TOPIC = "reconciliation.completed"
        terms: ReconciliationTerms
        summary: Summary

    class Repeated(Event):
        """The same file comes to something else by now."""

        TOPIC = "reconciliation.repeated"
        summary: Summary

    @event(Completed)
    def __init__(self, terms: ReconciliationTerms, summary: Summary) -> None:
        self.terms = terms
        self.summary = summary

    @classmethod
    def complete(cls, reconciliation_id: UUID, terms: ReconciliationTerms, summary: Summary) -> "Reconciliation":
        """Record what a file came to; the id is derived from the account and the file's bytes."""
        made: Reconciliation = cls._create(cls.Completed, id=reconciliation_id, terms=terms, summary=summary)
        return made

    def repeat(self, summary: Summary) -> None:
        """Record what it comes to now; the same again is harmless."""
        if summary != self.summary:
            self._repeated(summary)

    @event(Repeated)
    def _repeated(self, summary: Summary) -> None:
        self.summary = summary
