"""What is shown of a payment: the status the outside knows, and ours beside it in detail."""

from collections.abc import Mapping
from typing import Any, Final

from typing_extensions import override

from ledger.application import ids
from ledger.application.mapper import Envelope
from ledger.application.views import Document
from ledger.domain.charge import HELD, PaymentStatus
from ledger.domain.payment import Payment
from ledger.domain.payment_events import Initiated
from ledger.domain.session import Status
from projections.checkout_status import money
from projections.disputed import UNDISPUTED, disputed
from projections.refunded import nothing_refunded, refunded
from projections.stream_view import StreamView
from projections.taken import nothing_taken, taken

OUTSIDE: Final = {
    PaymentStatus.INITIATED: "initiated",
    PaymentStatus.OPENED: "pending_provider",
    PaymentStatus.ACTION_REQUIRED: "pending_provider",
    PaymentStatus.PENDING: "pending_provider",
    # An unknown outcome is never shown as a failure (CHK-8).
    PaymentStatus.UNKNOWN: "pending_provider",
    # The customer is done, and the money is held: whether it is taken is between the merchant and the provider.
    PaymentStatus.AUTHORIZED: "pending_provider",
    PaymentStatus.CAPTURING: "pending_provider",
    PaymentStatus.CAPTURED: "succeeded",
    PaymentStatus.FAILED: "failed",
    PaymentStatus.CANCELLED: "failed",
}
_HELD: Final = frozenset(status.value for status in HELD)
PUBLIC: Final = (
    "id",
    "object",
    "mode",
    "checkout_id",
    "status",
    "detail",
    "amount",
    "action",
    "failure_code",
    "late",
    "after_expiration",
    "created_at",
    "updated_at",
)


class Payments(StreamView):
    """One document per payment, the fold of its stream."""

    name = "payments"
    form = 2
    topics = frozenset(
        {
            "payment.initiated",
            "payment.opened",
            "payment.action_required",
            "payment.pending",
            "payment.outcome_unknown",
            "payment.authorized",
            "payment.capture_requested",
            "payment.partially_captured",
            "payment.capture_failed",
            "payment.captured",
            "payment.mismatched",
            "payment.failed",
            "payment.cancelled",
            "payment.late",
            "payment.refund_reserved",
            "payment.refund_released",
            "payment.dispute_opened",
            "payment.dispute_closed",
        }
    )

    @override
    def begin(self, envelope: Envelope, position: int, now: str) -> Document:
        assert isinstance(envelope.event, Initiated), "a payment begins by being initiated"
        return _initiated(envelope.event, position, now)

    @override
    def changes(self, document: Document, envelope: Envelope) -> dict[str, Any]:
        claimed = refunded(document.body, envelope.event) or disputed(document.body, envelope.event)
        return (claimed or _changes(envelope)) | taken(document.body, envelope.event)


def public(document: Document) -> dict[str, Any]:
    """Return what the customer may see of a payment (CHK-10)."""
    return {name: document.body[name] for name in PUBLIC}


def settled(document: Document) -> bool:
    """Tell whether the outcome is known, as far as a customer is concerned."""
    return document.body["status"] in {"succeeded", "failed"} or document.body["detail"] in _HELD


def _initiated(event: Initiated, position: int, now: str) -> Document:
    charge = event.charge
    body = {
        "id": ids.outside("payment", event.originator_id),
        "object": "payment",
        "mode": charge.mode.value,
        "checkout_id": ids.outside("checkout", charge.checkout_id),
        **_status(PaymentStatus.INITIATED),
        "amount": money(charge.amount),
        "customer_id": ids.outside("customer", charge.customer.customer_id) if charge.customer else None,
        "off_session": charge.customer is not None and charge.customer.off_session,
        "provider": charge.provider,
        "action": None,
        "failure_code": None,
        "reported_amount": None,
        **nothing_taken(charge.amount.currency, charge.capture_method),
        **nothing_refunded(charge.amount.currency),
        **UNDISPUTED,
        "late": False,
        "after_expiration": False,
        "created_at": now,
        "updated_at": now,
    }
    owner = charge.organization_id
    return Document(event.originator_id, position, event.originator_version, position, owner, charge.mode.value, body)


def _changes(envelope: Envelope) -> dict[str, Any]:
    event = envelope.event
    changes: dict[str, Any]
    match event:
        case Payment.ActionRequired(kind=kind):
            changes = {**_status(PaymentStatus.ACTION_REQUIRED), "action": kind}
        case Payment.Mismatched(reported=reported):
            changes = {"reported_amount": money(reported)}
        case Payment.Failed(code=code):
            changes = {**_status(PaymentStatus.FAILED), "action": None, "failure_code": code}
        case Payment.Late(reason=reason):
            changes = {"late": True, "after_expiration": reason == Status.EXPIRED.value}
        case _:
            changes = _status(_STANDS[type(event)])
            if isinstance(event, _ENDS_WHAT_WENT_BEFORE):
                changes |= {"action": None}
            if isinstance(event, Payment.Authorized | Payment.Captured):
                changes |= {"failure_code": None}
    return changes


def _status(status: PaymentStatus) -> dict[str, Any]:
    return {"status": OUTSIDE[status], "detail": status.value}


_STANDS: Final[Mapping[type, PaymentStatus]] = {
    Payment.Opened: PaymentStatus.OPENED,
    Payment.Pending: PaymentStatus.PENDING,
    Payment.OutcomeUnknown: PaymentStatus.UNKNOWN,
    Payment.Authorized: PaymentStatus.AUTHORIZED,
    Payment.CaptureRequested: PaymentStatus.CAPTURING,
    Payment.PartiallyCaptured: PaymentStatus.AUTHORIZED,
    Payment.CaptureFailed: PaymentStatus.AUTHORIZED,
    Payment.Captured: PaymentStatus.CAPTURED,
    Payment.Cancelled: PaymentStatus.CANCELLED,
}
_ENDS_WHAT_WENT_BEFORE: Final = (
    Payment.Pending,
    Payment.OutcomeUnknown,
    Payment.Authorized,
    Payment.Captured,
    Payment.Cancelled,
)
