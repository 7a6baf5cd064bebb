"""What is shown of a refund: the status the outside knows, and ours beside it in detail."""

from typing import Any, Final

from typing_extensions import override

from ledger.application import ids
from ledger.application.mapper import Envelope
from ledger.application.views import Document
from ledger.domain.refund import Refund
from ledger.domain.refunding import RefundStatus
from projections.checkout_status import money
from projections.stream_view import StreamView

OUTSIDE: Final = {
    RefundStatus.REQUESTED: "pending",
    RefundStatus.OPENED: "pending",
    # An unknown outcome is never shown as a failure (CONS-6).
    RefundStatus.UNKNOWN: "pending",
    RefundStatus.SUCCEEDED: "succeeded",
    RefundStatus.FAILED: "failed",
    RefundStatus.CANCELLED: "cancelled",
}


class Refunds(StreamView):
    """One document per refund, the fold of its stream."""

    name = "refunds"
    form = 2
    topics = frozenset(
        {
            "refund.requested",
            "refund.adopted",
            "refund.opened",
            "refund.outcome_unknown",
            "refund.succeeded",
            "refund.mismatched",
            "refund.failed",
            "refund.cancelled",
        }
    )

    @override
    def begin(self, envelope: Envelope, position: int, now: str) -> Document:
        event = envelope.event
        assert isinstance(event, Refund.Requested | Refund.Adopted), "a refund begins by being requested or adopted"
        return _begun(event, position, now)

    @override
    def changes(self, document: Document, envelope: Envelope) -> dict[str, Any]:
        return _changes(envelope)


def _begun(event: Refund.Requested | Refund.Adopted, position: int, now: str) -> Document:
    terms = event.terms
    body = {
        "id": ids.outside("refund", event.originator_id),
        "object": "refund",
        "mode": terms.mode.value,
        "payment_id": ids.outside("payment", terms.payment_id),
        **_status(RefundStatus.REQUESTED),
        "amount": money(terms.amount),
        "reason": terms.reason,
        "origin": "provider" if isinstance(event, Refund.Adopted) else "request",
        "provider": terms.provider,
        "failure_code": None,
        "reported_amount": None,
        "created_at": now,
        "updated_at": now,
    }
    owner = terms.organization_id
    return Document(event.originator_id, position, event.originator_version, position, owner, terms.mode.value, body)


def _changes(envelope: Envelope) -> dict[str, Any]:
    changes: dict[str, Any]
    match envelope.event:
        case Refund.Opened():
            changes = _status(RefundStatus.OPENED)
        case Refund.OutcomeUnknown():
            changes = _status(RefundStatus.UNKNOWN)
        case Refund.Succeeded():
            changes = _status(RefundStatus.SUCCEEDED)
        case Refund.Mismatched(reported=reported):
            changes = {"reported_amount": money(reported)}
        case Refund.Failed(code=code):
            changes = {**_status(RefundStatus.FAILED), "failure_code": code}
        case Refund.Cancelled():
            changes = _status(RefundStatus.CANCELLED)
        case other:
            raise AssertionError(f"the view of refunds is not made of {other!r}")
    return changes


def _status(status: RefundStatus) -> dict[str, Any]:
    return {"status": OUTSIDE[status], "detail": status.value}
