"""A payment: one charge of one checkout at one provider, from the customer's click to the known outcome."""

from uuid import UUID

from eventsourcing.domain import event
from typing_extensions import override

from ledger.domain import aggregate
from ledger.domain import payment_events as events
from ledger.domain.capturing import CaptureOrder, Captures
from ledger.domain.charge import HELD, Charge, PaymentStatus
from ledger.domain.disputing import Claims
from ledger.domain.journal import Postings, clearing, receivable, transfer
from ledger.domain.money import Money
from ledger.domain.payment_claims import PaymentClaims
from ledger.domain.provider_keys import ProviderKeys
from ledger.domain.refunding import Reservations
from ledger.domain.values import Request


class Payment(aggregate.Aggregate, PaymentClaims, ProviderKeys):
    """A payment (`pay_…`)."""

    TOPIC = "payment"

    Event = events.PaymentEvent
    Initiated = events.Initiated
    Opened = events.Opened
    ConfirmRequested = events.ConfirmRequested
    ActionRequired = events.ActionRequired
    Pending = events.Pending
    OutcomeUnknown = events.OutcomeUnknown
    Authorized = events.Authorized
    CaptureRequested = events.CaptureRequested
    PartiallyCaptured = events.PartiallyCaptured
    CaptureFailed = events.CaptureFailed
    CancelRequested = events.CancelRequested
    Captured = events.Captured
    Mismatched = events.Mismatched
    Failed = events.Failed
    Cancelled = events.Cancelled
    Late = events.Late
    RefundReserved = events.RefundReserved
    RefundReleased = events.RefundReleased
    DisputeOpened = events.DisputeOpened
    DisputeClosed = events.DisputeClosed

    @event(Initiated)
    def __init__(self, charge: Charge, request: Request) -> None:
        self.charge = charge
        self.request = request
        self.status = PaymentStatus.INITIATED
        self.reference: str | None = None
        self.captured_as: str | None = None
        self.confirm_requested, self.late, self.was_unknown = False, False, False
        self.reported: Money | None = None
        self.failure: str | None = None
        self.captures = Captures()
        self.cancel_request: Request | None = None
        self.refunds = Reservations()
        self.disputes = Claims()

    @classmethod
    def initiate(cls, payment_id: UUID, charge: Charge, request: Request) -> "Payment":
        """Begin a payment; its id is derived from the checkout and the idempotency key."""
        payment: Payment = cls._create(cls.Initiated, id=payment_id, charge=charge, request=request)
        return payment

    def open(self, reference: str) -> None:
        """Record the provider's reference; hearing it again is harmless."""
        assert self.reference in {None, reference}, "the provider opened a second intent for one key"
        if self.reference is None:
            self._opened(reference)

    def request_confirmation(self) -> None:
        """Record the intent to charge before the call that charges."""
        if not (self.confirm_requested or self.settled):
            self._confirm_requested()

    def require_action(self, kind: str) -> None:
        """Record that the customer must act."""
        if self.can_become(PaymentStatus.ACTION_REQUIRED):
            self._action_required(kind)

    def await_provider(self) -> None:
        """Record that the provider will know later."""
        if self.can_become(PaymentStatus.PENDING):
            self._pending()

    def lose_sight(self, reason: str) -> None:
        """Record that the outcome is unknown, which is no failure (CONS-6)."""
        if self.can_become(PaymentStatus.UNKNOWN):
            self._outcome_unknown(reason)

    def authorize(self, reference: str, amount: Money) -> bool:
        """Record that the provider holds the money; False if it holds another amount than was asked for."""
        if self.settled or self.status in HELD:
            return True
        if amount != self.charge.amount:
            if self.reported != amount:
                self._mismatched(amount)
            return False
        self._authorized(reference, amount)
        return True

    def request_capture(self, wanted: Money | None, *, final: bool, request: Request) -> CaptureOrder:
        """Ask for `wanted`, or for all that is held, and return the order; raise why not (PAY-2)."""
        amount = self.room_to_capture(wanted)
        self._capture_requested(CaptureOrder(len(self.captures.orders) + 1, amount, final, request))
        assert self.captures.order is not None, "what is asked for is being asked for"
        return self.captures.order

    def capture(self, reference: str, taken: Money, *, is_all: bool = True, credit: str | None = None) -> bool:
        """Record that the provider took `taken` altogether, even after a failure was recorded; False if it cannot be.

        Unless it `is_all`, the provider still holds the rest. `credit` is the account that the money is for, that of
        what the customer owes unless something else is said.
        """
        if self.status is PaymentStatus.CAPTURED:
            return True
        new = self.captures.new_of(taken, self.charge)
        if new is None:
            if self.reported != taken:
                self._mismatched(taken)
            return False
        owed = credit or receivable(self.charge.checkout_id)
        postings = transfer(new, debit=clearing(self.charge.provider), credit=owed)
        if is_all:
            self._captured(reference, new, postings)
        elif new.minor:
            self._partially_captured(reference, new, postings)
        return True

    def refuse_capture(self, number: int, code: str, message: str) -> None:
        """Record that the provider would not take what was asked for under `number`; again is harmless."""
        order = self.captures.order
        if self.status is PaymentStatus.CAPTURING and order is not None and order.number == number:
            self._capture_failed(number, code, message)

    def request_cancel(self, request: Request) -> None:
        """Call the payment off; raise the refusal that says why not (PAY-2)."""
        self.require_cancellable()
        untouched = self.status is PaymentStatus.INITIATED
        self._cancel_requested(request)
        if untouched:
            # Nothing has been asked of the provider. Whoever is about to ask loses the append that says so.
            self._cancelled("merchant")

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
        self.status, self.was_unknown = PaymentStatus.UNKNOWN, True

    @event(Authorized)
    def _authorized(self, reference: str, amount: Money) -> None:
        self.status = PaymentStatus.AUTHORIZED
        self.failure = None

    @event(CaptureRequested)
    def _capture_requested(self, order: CaptureOrder) -> None:
        self.status = PaymentStatus.CAPTURING
        self.captures = self.captures.with_order(order)

    @event(PartiallyCaptured)
    def _partially_captured(self, reference: str, amount: Money, postings: Postings) -> None:
        self.status = PaymentStatus.AUTHORIZED
        self.captures = self.captures.with_taken(amount.minor)

    @event(CaptureFailed)
    def _capture_failed(self, number: int, code: str, message: str) -> None:
        self.status = PaymentStatus.AUTHORIZED
        self.captures = self.captures.without_order()

    @event(CancelRequested)
    def _cancel_requested(self, request: Request) -> None:
        self.cancel_request = request

    @event(Captured)
    def _captured(self, reference: str, amount: Money, postings: Postings) -> None:
        self.status, self.captured_as = PaymentStatus.CAPTURED, reference
        self.captures = self.captures.with_taken(amount.minor)
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

    @override
    @event(RefundReserved)
    def _refund_reserved(self, refund_id: UUID, amount: Money) -> None:
        self.refunds = self.refunds.with_held(refund_id, amount.minor)

    @override
    @event(RefundReleased)
    def _refund_released(self, refund_id: UUID, amount: Money) -> None:
        self.refunds = self.refunds.without(refund_id)

    @override
    @event(DisputeOpened)
    def _dispute_opened(self, dispute_id: UUID) -> None:
        self.disputes = self.disputes.with_open(dispute_id)

    @override
    @event(DisputeClosed)
    def _dispute_closed(self, dispute_id: UUID, lost: Money) -> None:
        self.disputes = self.disputes.with_ended(dispute_id, lost.minor)
