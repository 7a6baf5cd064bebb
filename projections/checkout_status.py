"""What is shown of a checkout: to its merchant everything, to the customer what a customer may see."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from typing_extensions import override

from ledger.application import ids
from ledger.application.codec import moment_text
from ledger.application.mapper import Envelope
from ledger.application.views import Document
from ledger.domain.checkout import Checkout
from ledger.domain.checkout_events import CheckoutEvent, Opened
from ledger.domain.money import Money
from ledger.domain.session import Line, PaymentStatus, Status
from projections.checkout_tax import NOT_TAXED, changes_of
from projections.stream_view import StreamView

# A customer sees what is bought, by when, and how it stands: no metadata, no address, no earlier attempts (CHK-10).
PUBLIC: Final = (
    "id",
    "object",
    "mode",
    "status",
    "payment_status",
    "amount",
    "lines",
    "success_url",
    "cancel_url",
    "payment_id",
    "save_payment_method",
    "automatic_tax",
    "tax",
    "created_at",
    "expires_at",
    "updated_at",
)


class CheckoutStatus(StreamView):
    """One document per checkout, the fold of its stream."""

    name = "checkout_status"
    form = 3
    topics = frozenset(
        {
            "checkout.opened",
            "checkout.billing_set",
            "checkout.tax_renewed",
            "checkout.tax_confirmed",
            "checkout.tax_corrected",
            "checkout.processing",
            "checkout.reopened",
            "checkout.completed",
            "checkout.async_succeeded",
            "checkout.async_failed",
            "checkout.expired",
            "checkout.cancelled",
        }
    )

    @override
    def begin(self, envelope: Envelope, position: int, now: str) -> Document:
        assert isinstance(envelope.event, Opened), "a checkout begins by being opened"
        return _opened(envelope.event, position, now)

    @override
    def changes(self, document: Document, envelope: Envelope) -> dict[str, Any]:
        return _changes(document, envelope)

    @override
    def as_seen(self, document: Document, now: datetime) -> Document:
        """Expiry is exact, even before anyone has recorded it (CHK-5)."""
        expires_at = self.changes_at(document)
        return document if expires_at is None or now < expires_at else document.once("expired", _expired)

    @override
    def changes_at(self, document: Document) -> datetime | None:
        if document.body["status"] != Status.OPEN.value:
            return None
        return datetime.fromisoformat(document.body["expires_at"])


def public(document: Document) -> dict[str, Any]:
    """Return what the customer of a checkout may see of it (CHK-10)."""
    return {name: document.body[name] for name in PUBLIC}


def _opened(event: Opened, position: int, now: str) -> Document:
    terms = event.terms
    body = {
        "id": ids.outside("checkout", event.originator_id),
        "object": "checkout",
        "mode": terms.mode.value,
        "status": Status.OPEN.value,
        "payment_status": PaymentStatus.UNPAID.value,
        "amount": money(terms.amount),
        "lines": [_line(line) for line in terms.lines],
        "merchant_reference": terms.merchant_reference,
        "customer_email": terms.customer_email.text if terms.customer_email else None,
        "customer_id": ids.outside("customer", terms.customer_id) if terms.customer_id else None,
        "save_payment_method": terms.save_payment_method,
        "automatic_tax": terms.automatic_tax,
        **NOT_TAXED,
        "success_url": terms.success_url,
        "cancel_url": terms.cancel_url,
        "metadata": dict(terms.metadata),
        "payment_id": None,
        "payment_ids": [],
        "created_at": now,
        "expires_at": moment_text(terms.expires_at),
        "updated_at": now,
    }
    owner = terms.organization_id
    return Document(event.originator_id, position, event.originator_version, position, owner, terms.mode.value, body)


def _changes(document: Document, envelope: Envelope) -> dict[str, Any]:
    changes: dict[str, Any]
    match envelope.event:
        case Checkout.Processing(payment_id=payment_id):
            payment = ids.outside("payment", payment_id)
            paid_with = [*document.body["payment_ids"], payment]
            changes = {"status": Status.PROCESSING.value, "payment_id": payment, "payment_ids": paid_with}
        case Checkout.Reopened():
            changes = {"status": Status.OPEN.value}
        case Checkout.Completed(payment_status=payment_status):
            changes = {"status": Status.COMPLETE.value, "payment_status": payment_status.value}
        case Checkout.AsyncSucceeded():
            changes = {"payment_status": PaymentStatus.PAID.value}
        case Checkout.AsyncFailed():
            changes = {"payment_status": PaymentStatus.UNPAID.value}
        case Checkout.Expired():
            changes = _expiry(document, recorded_at=moment_text(envelope.recorded_at))
        case Checkout.Cancelled():
            changes = {"status": Status.CANCELLED.value}
        case CheckoutEvent() as about_tax:
            changes = changes_of(about_tax)
        case other:
            raise AssertionError(f"the view of checkouts is not made of {other!r}")
    return changes


def _line(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "quantity": line.quantity,
        "unit": money(line.unit),
        "tax_category": line.tax_category,
    }


def _expiry(document: Document, recorded_at: str | None = None) -> dict[str, Any]:
    # A checkout looks the same whether its expiry is only due or has been recorded, however late. Moments are
    # texts of one length, so they compare as they stand.
    due_at = max(document.body["expires_at"], document.body["updated_at"])
    return {"status": Status.EXPIRED.value, "updated_at": min(due_at, recorded_at or due_at)}


def _expired(document: Document) -> Document:
    return replace(document, body={**document.body, **_expiry(document)})


def money(amount: Money) -> dict[str, Any]:
    """Show an amount in whole minor units."""
    return {"minor": amount.minor, "currency": amount.currency}
