"""A payment: one charge of one checkout at one provider, from the customer's click to the known outcome."""

from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.charge import FINAL, Charge, PaymentStatus
from ledger.domain.journal import Postings, clearing, receivable, transfer
from ledger.domain.money import Money
from ledger.domain.provider_keys import ProviderKeys
from ledger.domain.refunding import PaymentNotCaptured, Reservations
from ledger.domain.values import Request


class Payment(aggregate.Aggregate, ProviderKeys):
    """A payment (`pay_…`)."""

    TOPIC = "payment"

    class Event(aggregate.Event):
        """A fact about a payment."""

    class Initiated(Event, aggregate.Created):
        """The customer pressed pay; nothing has been asked of the provider yet."""

        TOPIC = "payment.initiated"
        charge: Charge
        request: Request

    class Opened(Event):
        """The provider holds an unconfirmed intent under `reference`; no money can have moved."""

        TOPIC = "payment.opened"
        reference: str

    class ConfirmRequested(Event):
        """We are about to ask the provider to charge; from here on an outcome may be unknown."""

        TOPIC = "payment.confirm_requested"

    class ActionRequired(Event):
        """The customer must act at the provider (`three_d_secure`)."""

        TOPIC = "payment.action_required"
        kind: str

    class Pending(Event):
        """The provider accepted the charge and will know in hours or days."""

        TOPIC = "payment.pending"

    class OutcomeUnknown(Event):
        """The provider's answer was lost; it is asked after and never charged anew meanwhile."""

        TOPIC = "payment.outcome_unknown"
        reason: str

    class Captured(Event):
        """The provider took the money."""

        TOPIC = "payment.captured"
        reference: str
        amount: Money
        postings: Postings

    class Mismatched(Event):
        """The provider reports another amount than was asked for: no success, and somebody must look."""

        TOPIC = "payment.mismatched"
        reported: Money

    class Failed(Event):
        """The provider refused, or the charge was given up before any money could move."""

        TOPIC = "payment.failed"
        code: str
        message: str

    class Cancelled(Event):
        """The intent was cancelled at the provider."""

        TOPIC = "payment.cancelled"
        reason: str

    class Late(Event):
        """The money came when its checkout no longer waited for it; to be refunded or accepted by a person."""

        TOPIC = "payment.late"
        reason: str

    class RefundReserved(Event):
        """Part of what was captured is held for a refund, so that all refunds together never exceed it."""

        TOPIC = "payment.refund_reserved"
        refund_id: UUID
        amount: Money

    class RefundReleased(Event):
        """A refund came to nothing; what it held can be refunded again."""

        TOPIC = "payment.refund_released"
        refund_id: UUID
        amount: Money

    @event(Initiated)
    def __init__(self, charge: Charge, request: Request) -> None:
        self.charge = charge
        self.request = request
        self.status = PaymentStatus.INITIATED
        self.reference: str | None = None
        self.confirm_requested = False
        self.reported: Money | None = None
        self.failure: str | None = None
        self.late = False
        self.refunds = Reservations()

    @classmethod
    def initiate(cls, payment_id: UUID, charge: Charge, request: Request) -> "Payment":
        """Begin a payment; its id is derived from the checkout and the idempotency key."""
        payment: Payment = cls._create(cls.Initiated, id=payment_id, charge=charge, request=request)
        return payment

    @property
    def settled(self) -> bool:
        """Whether the outcome is known for good."""
        return self.status in FINAL

    def open(self, reference: str) -> None:
        """Record the provider's reference; hearing it again is harmless."""
        if self.reference is not None:
            assert self.reference == reference, "the provider opened a second intent for one key"
            return
        self._opened(reference)

    def request_confirmation(self) -> None:
        """Record the intent to charge before the call that charges."""
        if self.confirm_requested or self.settled:
            return
        self._confirm_requested()

    def require_action(self, kind: str) -> None:
        """Record that the customer must act."""
        if self.settled or self.status is PaymentStatus.ACTION_REQUIRED:
            return
        self._action_required(kind)

    def await_provider(self) -> None:
        """Record that the provider will know later."""
        if self.settled or self.status is PaymentStatus.PENDING:
            return
        self._pending()

    def lose_sight(self, reason: str) -> None:
        """Record that the outcome is unknown, which is no failure (CONS-6)."""
        if self.settled or self.status is PaymentStatus.UNKNOWN:
            return
        self._outcome_unknown(reason)

    def capture(self, reference: str, amount: Money) -> bool:
        """Record that the provider took the money, even after a failure was recorded; False if the amount differs."""
        if self.status is PaymentStatus.CAPTURED:
            return True
        if amount != self.charge.amount:
            if self.reported != amount:
                self._mismatched(amount)
            return False
        owed = receivable(self.charge.checkout_id)
        self._captured(reference, amount, transfer(amount, debit=clearing(self.charge.provider), credit=owed))
        return True

    def fail(self, code: str, message: str) -> None:
        """Record a known refusal; a success is never downgraded."""
        if not self.settled:
            self._failed(code, message)

    def cancel(self, reason: str) -> None:
        """Record that the intent is cancelled at the provider."""
        if not self.settled:
            self._cancelled(reason)

    def flag_late(self, reason: str) -> None:
        """Record that this captured money has no checkout to settle (CHK-6)."""
        if not self.late:
            self._late(reason)

    def reserve_refund(self, refund_id: UUID, wanted: Money | None) -> Money:
        """Hold `wanted`, or all that is left, for a refund and return it; raise the refusal that says why not."""
        if self.status is not PaymentStatus.CAPTURED:
            raise PaymentNotCaptured(status=self.status.value)
        amount = self.refunds.room(self.charge.amount, wanted)
        self._refund_reserved(refund_id, amount)
        return amount

    def release_refund(self, refund_id: UUID) -> None:
        """Let go of what a refund held; again is harmless."""
        if (minor := self.refunds.held.get(refund_id)) is not None:
            self._refund_released(refund_id, Money(minor, self.charge.amount.currency))

    @event(Opened)
    def _opened(self, reference: str) -> None:
        self.reference = reference
        self.status = PaymentStatus.OPENED

    @event(ConfirmRequested)
    def _confirm_requested(self) -> None:
        self.confirm_requested = True

    @event(ActionRequired)
    def _action_required(self, kind: str) -> None:
        self.status = PaymentStatus.ACTION_REQUIRED

    @event(Pending)
    def _pending(self) -> None:
        self.status = PaymentStatus.PENDING

    @event(OutcomeUnknown)
    def _outcome_unknown(self, reason: str) -> None:
        self.status = PaymentStatus.UNKNOWN

    @event(Captured)
    def _captured(self, reference: str, amount: Money, postings: Postings) -> None:
        self.status = PaymentStatus.CAPTURED
        self.failure = None

    @event(Mismatched)
    def _mismatched(self, reported: Money) -> None:
        self.reported = reported

    @event(Failed)
    def _failed(self, code: str, message: str) -> None:
        self.status = PaymentStatus.FAILED
        self.failure = code

    @event(Cancelled)
    def _cancelled(self, reason: str) -> None:
        self.status = PaymentStatus.CANCELLED

    @event(Late)
    def _late(self, reason: str) -> None:
        self.late = True

    @event(RefundReserved)
    def _refund_reserved(self, refund_id: UUID, amount: Money) -> None:
        self.refunds = self.refunds.with_held(refund_id, amount.minor)

    @event(RefundReleased)
    def _refund_released(self, refund_id: UUID, amount: Money) -> None:
        self.refunds = self.refunds.without(refund_id)
