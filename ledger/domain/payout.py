"""A payout: what a provider sends to the bank, and how much of it the lines of its report explain."""

from dataclasses import dataclass
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.journal import Postings, bank, clearing, transfer
from ledger.domain.money import Money
from ledger.domain.values import Mode


@dataclass(frozen=True, slots=True)
class PayoutTerms:
    """Which payout it is: `reference` is the provider's own id."""

    organization_id: UUID
    mode: Mode
    provider: str
    provider_account: str
    reference: str


class Payout(aggregate.Aggregate):
    """A payout (`po_…`)."""

    TOPIC = "payout"

    class Event(aggregate.Event):
        """A fact about a payout."""

    class Reported(Event, aggregate.Created):
        """The provider told of it."""

        TOPIC = "payout.reported"
        terms: PayoutTerms

    class Paid(Event):
        """The money left the provider for the bank."""

        TOPIC = "payout.paid"
        amount: Money
        postings: Postings

    class Mismatched(Event):
        """The provider tells another amount than before: nothing is booked, and somebody must look."""

        TOPIC = "payout.mismatched"
        reported: Money

    class Reconciled(Event):
        """Its lines were held against the books: what they explain, and the remainder that open items stand for."""

        TOPIC = "payout.reconciled"
        lines: int
        explained: Money
        remainder: Money

    @event(Reported)
    def __init__(self, terms: PayoutTerms) -> None:
        self.terms = terms
        self.paid: Money | None = None
        self.reported: Money | None = None
        self.lines = 0
        self.explained: Money | None = None
        self.remainder: Money | None = None

    @classmethod
    def report(cls, payout_id: UUID, terms: PayoutTerms) -> "Payout":
        """Begin a payout; its id is derived from its terms."""
        payout: Payout = cls._create(cls.Reported, id=payout_id, terms=terms)
        return payout

    def pay(self, amount: Money) -> None:
        """Record that the money left for the bank; another amount than before is not booked."""
        if self.paid is None:
            books, taken = bank(self.terms.organization_id), clearing(self.terms.provider)
            self._paid(amount, transfer(amount, debit=books, credit=taken))
        elif amount not in {self.paid, self.reported}:
            self._mismatched(amount)

    def reconcile(self, lines: int, explained: Money, remainder: Money) -> None:
        """Record how much of it is explained; the same again is harmless."""
        if (self.lines, self.explained, self.remainder) != (lines, explained, remainder):
            self._reconciled(lines, explained, remainder)

    @event(Paid)
    def _paid(self, amount: Money, postings: Postings) -> None:
        self.paid = amount

    @event(Mismatched)
    def _mismatched(self, reported: Money) -> None:
        self.reported = reported

    @event(Reconciled)
    def _reconciled(self, lines: int, explained: Money, remainder: Money) -> None:
        self.lines = lines
        self.explained = explained
        self.remainder = remainder
