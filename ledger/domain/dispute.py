"""A dispute: a customer claims their money back at their bank, and the provider tells us where that stands."""

from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.disputing import (
    ENDED,
    INQUIRIES,
    DisputeStanding,
    DisputeStatus,
    DisputeTerms,
    contradicts,
    follows,
)
from ledger.domain.journal import Postings, clearing, disputes, fees, transfer
from ledger.domain.money import Money


class Dispute(aggregate.Aggregate):
    """A dispute (`dp_…`)."""

    TOPIC = "dispute"

    class Event(aggregate.Event):
        """A fact about a dispute."""

    class Opened(Event, aggregate.Created):
        """A customer disputes a payment, or their bank asks about it."""

        TOPIC = "dispute.opened"
        terms: DisputeTerms
        status: DisputeStatus

    class EvidenceDue(Event):
        """The provider hears our evidence until then (UTC)."""

        TOPIC = "dispute.evidence_due"
        by: datetime

    class Moved(Event):
        """The dispute stands somewhere else, and has not ended."""

        TOPIC = "dispute.moved"
        status: DisputeStatus

    class FundsWithdrawn(Event):
        """The provider took the disputed money back."""

        TOPIC = "dispute.funds_withdrawn"
        amount: Money
        postings: Postings

    class FeeCharged(Event):
        """The provider charges for the dispute; `amount` is what is new, and stays charged whoever wins."""

        TOPIC = "dispute.fee_charged"
        amount: Money
        postings: Postings

    class FeeReturned(Event):
        """The provider gave back of its fee, as some do when a dispute is won; `amount` is what is new."""

        TOPIC = "dispute.fee_returned"
        amount: Money
        postings: Postings

    class FundsReinstated(Event):
        """The provider gave the disputed money back to us before it said how the dispute ended."""

        TOPIC = "dispute.funds_reinstated"
        amount: Money
        postings: Postings

    class Won(Event):
        """The dispute was decided for us; what was withdrawn and has not come back yet comes back."""

        TOPIC = "dispute.won"
        class_version = 2
        amount: Money
        postings: Postings
        stage: int

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Say of decisions from before stages were told that they were of the first."""
            state["stage"] = 0

    class Lost(Event):
        """The dispute was decided against us; what was withdrawn is lost."""

        TOPIC = "dispute.lost"
        class_version = 2
        stage: int

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Say of decisions from before stages were told that they were of the first."""
            state["stage"] = 0

    class Closed(Event):
        """It ended without a decision: an inquiry that came to nothing, or a dispute that was prevented."""

        TOPIC = "dispute.closed"
        status: DisputeStatus

    @event(Opened)
    def __init__(self, terms: DisputeTerms, status: DisputeStatus) -> None:
        self.terms = terms
        self.status = status
        self.evidence_due_by: datetime | None = None
        self.withdrawn = False
        self.returned = False
        self.fee_minor = 0
        self.fee_returned_minor = 0
        self.stage = 0

    @classmethod
    def open(cls, dispute_id: UUID, terms: DisputeTerms, status: DisputeStatus) -> "Dispute":
        """Open a dispute; its id is derived from its provider, account and reference.

        It always opens as something that has not ended: how it ended is a fact of its own.
        """
        first = DisputeStatus.WARNING_NEEDS_RESPONSE if status in INQUIRIES else DisputeStatus.NEEDS_RESPONSE
        dispute: Dispute = cls._create(cls.Opened, id=dispute_id, terms=terms, status=first)
        return dispute

    @property
    def ended(self) -> bool:
        """Whether it was decided, or came to nothing."""
        return self.status in ENDED

    @property
    def lost(self) -> Money:
        """What it took for good: all of it if it was lost, nothing otherwise."""
        return Money(self.terms.amount.minor if self.status is DisputeStatus.LOST else 0, self.terms.amount.currency)

    def stand(self, said: DisputeStanding, *, is_the_truth: bool = False) -> None:
        """Fold what the provider says into what is known; what is older or known changes nothing.

        Money is taken once and comes back once, whichever notification says so first. An end that was recorded may
        turn into another if that is of a later stage, or if the provider was asked and it `is_the_truth`.
        """
        turned = contradicts(self.status, said.status) and (is_the_truth or said.stage > self.stage)
        is_news = turned or follows(self.status, said.status) or self._is_confirmed(said)
        if said.evidence_due_by not in {None, self.evidence_due_by} and not self.ended:
            self._evidence_due(said.evidence_due_by)
        if self._is_taken(said) or (turned and said.status is DisputeStatus.LOST and self.returned):
            amount, mine = self.terms.amount, disputes(self.terms.organization_id)
            self._funds_withdrawn(amount, transfer(amount, debit=mine, credit=clearing(self.terms.provider)))
        self._charge(said.fee_minor)
        self._return_fee(said.fee_returned_minor)
        if said.is_reinstated and self.withdrawn and not self.returned and said.status is not DisputeStatus.WON:
            self._funds_reinstated(self.terms.amount, self._back())
        if is_news:
            self._move(said)

    def _is_confirmed(self, said: DisputeStanding) -> bool:
        # What is said of a stage between the two would turn it otherwise.
        return said.status is self.status and said.stage > self.stage and self.ended

    def _is_taken(self, said: DisputeStanding) -> bool:
        return not self.withdrawn and (said.is_withdrawn or said.status not in INQUIRIES)

    def _charge(self, fee_minor: int) -> None:
        new = Money(fee_minor - self.fee_minor, self.terms.amount.currency)
        if new.minor > 0:
            mine, theirs = fees(self.terms.organization_id), clearing(self.terms.provider)
            self._fee_charged(new, transfer(new, debit=mine, credit=theirs))

    def _return_fee(self, returned_minor: int) -> None:
        new = Money(min(returned_minor, self.fee_minor) - self.fee_returned_minor, self.terms.amount.currency)
        if new.minor > 0:
            mine, theirs = fees(self.terms.organization_id), clearing(self.terms.provider)
            self._fee_returned(new, transfer(new, debit=theirs, credit=mine))

    def _move(self, said: DisputeStanding) -> None:
        match said.status:
            case DisputeStatus.WON:
                back = self._back()
                amount = Money(self.terms.amount.minor if back else 0, self.terms.amount.currency)
                self._won(amount, back, said.stage)
            case DisputeStatus.LOST:
                self._lost(said.stage)
            case DisputeStatus.WARNING_CLOSED | DisputeStatus.PREVENTED as closed:
                self._closed(closed)
            case status:
                self._moved(status)

    def _back(self) -> Postings:
        if self.returned:
            return ()
        mine, theirs = disputes(self.terms.organization_id), clearing(self.terms.provider)
        return transfer(self.terms.amount, debit=theirs, credit=mine)

    @event(EvidenceDue)
    def _evidence_due(self, by: datetime) -> None:
        self.evidence_due_by = by

    @event(Moved)
    def _moved(self, status: DisputeStatus) -> None:
        self.status = status

    @event(FundsWithdrawn)
    def _funds_withdrawn(self, amount: Money, postings: Postings) -> None:
        self.withdrawn = True
        self.returned = False

    @event(FeeCharged)
    def _fee_charged(self, amount: Money, postings: Postings) -> None:
        self.fee_minor += amount.minor

    @event(FeeReturned)
    def _fee_returned(self, amount: Money, postings: Postings) -> None:
        self.fee_returned_minor += amount.minor

    @event(FundsReinstated)
    def _funds_reinstated(self, amount: Money, postings: Postings) -> None:
        self.returned = True

    @event(Won)
    def _won(self, amount: Money, postings: Postings, stage: int) -> None:
        self.status, self.stage = DisputeStatus.WON, stage
        self.returned = True

    @event(Lost)
    def _lost(self, stage: int) -> None:
        self.status, self.stage = DisputeStatus.LOST, stage

    @event(Closed)
    def _closed(self, status: DisputeStatus) -> None:
        self.status = status
