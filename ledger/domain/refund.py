"""A refund: part of a captured payment on its way back, from the merchant's word to the known outcome."""

from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.journal import Postings, clearing, refunds, transfer
from ledger.domain.money import Money
from ledger.domain.refunding import NOTHING_CAME, RefundStatus, RefundTerms
from ledger.domain.values import Request


class Refund(aggregate.Aggregate):
    """A refund (`re_…`)."""

    TOPIC = "refund"

    class Event(aggregate.Event):
        """A fact about a refund."""

    class Requested(Event, aggregate.Created):
        """A merchant wants money given back; the provider is about to be asked, under one key for ever."""

        TOPIC = "refund.requested"
        terms: RefundTerms
        request: Request

    class Adopted(Event, aggregate.Created):
        """Money was given back at the provider's own desk, without us; the provider calls it `reference`."""

        TOPIC = "refund.adopted"
        terms: RefundTerms
        reference: str

    class Opened(Event):
        """The provider has the refund in hand under `reference` and will know in hours or days."""

        TOPIC = "refund.opened"
        reference: str

    class OutcomeUnknown(Event):
        """The provider's answer was lost; it is asked for again under the same key, and is no failure meanwhile."""

        TOPIC = "refund.outcome_unknown"
        reason: str

    class Succeeded(Event):
        """The provider gave the money back."""

        TOPIC = "refund.succeeded"
        reference: str
        amount: Money
        postings: Postings

    class Mismatched(Event):
        """The provider reports another amount than was asked for: no success, and somebody must look."""

        TOPIC = "refund.mismatched"
        reference: str
        reported: Money

    class Failed(Event):
        """The money did not reach the customer; what had been booked is reversed (PAY-5)."""

        TOPIC = "refund.failed"
        code: str
        message: str
        amount: Money
        postings: Postings

    class Cancelled(Event):
        """The refund was cancelled at the provider; what had been booked is reversed."""

        TOPIC = "refund.cancelled"
        amount: Money
        postings: Postings

    @event(Requested)
    def __init__(self, terms: RefundTerms, request: Request | None = None, reference: str | None = None) -> None:
        self.terms = terms
        self.request = request
        self.status = RefundStatus.REQUESTED
        self.reference = reference
        self.reported: Money | None = None
        self.failure: str | None = None
        self.was_unknown = False

    @classmethod
    def make(cls, refund_id: UUID, terms: RefundTerms, request: Request) -> "Refund":
        """Request a refund; its id is derived from the payment and the idempotency key."""
        refund: Refund = cls._create(cls.Requested, id=refund_id, terms=terms, request=request)
        return refund

    @classmethod
    def adopt(cls, refund_id: UUID, terms: RefundTerms, reference: str) -> "Refund":
        """Adopt a refund that the provider made; its id is derived from provider, account and `reference`."""
        refund: Refund = cls._create(cls.Adopted, id=refund_id, terms=terms, reference=reference)
        return refund

    @property
    def key(self) -> str:
        """The provider's idempotency key for this refund (IDEM-11)."""
        return f"{self.id.hex}:1:refund"

    @property
    def came_to_nothing(self) -> bool:
        """Whether what the refund held of its payment is free again."""
        return self.status in NOTHING_CAME

    def open(self, reference: str) -> None:
        """Record that the provider has it in hand; later facts are not taken back by it."""
        if self.status in {RefundStatus.REQUESTED, RefundStatus.UNKNOWN} and self.reported is None:
            self._opened(reference)

    def lose_sight(self, reason: str) -> None:
        """Record that the outcome is unknown, which is no failure (CONS-6)."""
        if self.status is RefundStatus.REQUESTED and self.reported is None:
            self._outcome_unknown(reason)

    def succeed(self, reference: str, amount: Money) -> None:
        """Record that the money went back; another amount than was asked for is no success."""
        if self.status is RefundStatus.SUCCEEDED or self.came_to_nothing:
            return
        if amount == self.terms.amount:
            self._succeeded(reference, amount, self._given_back())
        elif self.reported != amount:
            self._mismatched(reference, amount)

    def fail(self, code: str, message: str) -> None:
        """Record a failure, even after a success: then the books are reversed (PAY-5); again is harmless."""
        if not self.came_to_nothing:
            self._failed(code, message, self.terms.amount, self._reversal())

    def cancel(self) -> None:
        """Record that the refund is cancelled at the provider; again is harmless."""
        if not self.came_to_nothing:
            self._cancelled(self.terms.amount, self._reversal())

    def _given_back(self) -> Postings:
        books, taken = refunds(self.terms.organization_id), clearing(self.terms.provider)
        return transfer(self.terms.amount, debit=books, credit=taken)

    def _reversal(self) -> Postings:
        if self.status is not RefundStatus.SUCCEEDED:
            return ()
        books, taken = refunds(self.terms.organization_id), clearing(self.terms.provider)
        return transfer(self.terms.amount, debit=taken, credit=books)

    @event(Opened)
    def _opened(self, reference: str) -> None:
        self.reference = reference
        self.status = RefundStatus.OPENED

    @event(OutcomeUnknown)
    def _outcome_unknown(self, reason: str) -> None:
        self.status, self.was_unknown = RefundStatus.UNKNOWN, True

    @event(Succeeded)
    def _succeeded(self, reference: str, amount: Money, postings: Postings) -> None:
        self.reference = reference
        self.status = RefundStatus.SUCCEEDED

    @event(Mismatched)
    def _mismatched(self, reference: str, reported: Money) -> None:
        self.reference = reference
        self.reported = reported

    @event(Failed)
    def _failed(self, code: str, message: str, amount: Money, postings: Postings) -> None:
        self.status = RefundStatus.FAILED
        self.failure = code

    @event(Cancelled)
    def _cancelled(self, amount: Money, postings: Postings) -> None:
        self.status = RefundStatus.CANCELLED
