"""What is shown of an invoice: what it says, what has been credited of it, and what of that is owed again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from typing_extensions import override

from ledger.application import ids
from ledger.application.mapper import Envelope
from ledger.application.views import Document
from ledger.domain.invoicing.document import Credit
from ledger.domain.invoicing.invoice import Invoice, InvoiceTerms
from ledger.domain.money import Money
from projections.checkout_status import money
from projections.checkout_tax import amounts
from projections.documents import line, parties, taxes
from projections.stream_view import StreamView


class Invoices(StreamView):
    """One document per invoice, the fold of its stream, with its credit notes in the order they were issued."""

    name = "invoices"
    form = 1
    topics = frozenset(
        {"invoice.issued", "invoice.credited", "invoice.refund_failed", "invoice.credit_repaid"},
    )

    @override
    def begin(self, envelope: Envelope, position: int, now: str) -> Document:
        event = envelope.event
        assert isinstance(event, Invoice.Issued), "an invoice begins by being issued"
        terms = event.terms
        body = {
            "id": ids.outside("invoice", event.originator_id),
            "object": "invoice",
            "mode": terms.mode.value,
            **_said(terms),
            "credited": amounts(0, 0, terms.charged.currency),
            "credit_notes": [],
            "owed": money(Money(0, terms.charged.currency)),
            "failed_refund_ids": [],
            "repayments": [],
            "created_at": now,
            "updated_at": now,
        }
        owner, mode = terms.organization_id, terms.mode.value
        series = of_checkout(owner, mode, terms.checkout_id)
        return Document(event.originator_id, position, event.originator_version, position, owner, mode, body, series)

    @override
    def changes(self, document: Document, envelope: Envelope) -> dict[str, Any]:
        body = document.body
        match envelope.event:
            case Invoice.Credited(credit=credit) as event:
                return {
                    "credited": _more(body["credited"], credit),
                    "credit_notes": [*body["credit_notes"], _credited(event, body["credited"]["gross"]["currency"])],
                }
            case Invoice.RefundFailed(refund_id=refund_id):
                failed = ids.outside("refund", refund_id)
                owed = _owed(body, _heeded(body, failed))
                return {"owed": owed, "failed_refund_ids": [*body["failed_refund_ids"], failed]}
            case Invoice.CreditRepaid(refund_id=refund_id, amount=amount):
                repaid = {"refund_id": ids.outside("refund", refund_id), "amount": money(amount)}
                return {"owed": _owed(body, -amount.minor), "repayments": [*body["repayments"], repaid]}
            case other:
                raise AssertionError(f"the view of invoices is not made of {other!r}")


def of_checkout(organization_id: UUID, mode: str, checkout_id: UUID) -> str:
    """Name the series of the invoices of a merchant's checkout, of which there is one at most."""
    return f"{organization_id.hex}/{mode}/{checkout_id.hex}"


def _said(terms: InvoiceTerms) -> dict[str, Any]:
    charged = terms.charged
    return {
        "number": str(terms.number),
        "checkout_id": ids.outside("checkout", terms.checkout_id),
        "payment_id": ids.outside("payment", terms.payment_id),
        "customer_id": None if terms.customer_id is None else ids.outside("customer", terms.customer_id),
        "merchant_reference": terms.merchant_reference,
        "issue_day": terms.issue_day.isoformat(),
        "supply_day": terms.supply_day.isoformat(),
        **parties(terms),
        "lines": [line(number, each, charged.currency) for number, each in enumerate(charged.lines, 1)],
        **taxes(charged.groups, charged.total, charged.currency),
        "rounding": charged.rounding.value,
        "mentions": [mention.value for mention in terms.mentions],
        "tax_country": terms.tax_country,
    }


def _heeded(body: Mapping[str, Any], refund_id: str) -> int:
    """Return how much of an invoice was credited or repaid by a refund."""
    credited: list[int] = [
        each["total"]["gross"]["minor"] for each in body["credit_notes"] if each["refund_id"] == refund_id
    ]
    repaid: list[int] = [each["amount"]["minor"] for each in body["repayments"] if each["refund_id"] == refund_id]
    return sum(credited) + sum(repaid)


def _owed(body: Mapping[str, Any], more: int) -> dict[str, Any]:
    return {**body["owed"], "minor": body["owed"]["minor"] + more}


def _more(credited: dict[str, Any], credit: Credit) -> dict[str, Any]:
    total = credit.total
    gross, net = credited["gross"]["minor"] + total.gross, credited["net"]["minor"] + total.net
    return amounts(gross, net, credited["gross"]["currency"])


def _credited(event: Invoice.Credited, currency: str) -> dict[str, Any]:
    total = event.credit.total
    return {
        "id": ids.outside("credit_note", event.credit_note_id),
        "number": str(event.number),
        "refund_id": ids.outside("refund", event.refund_id),
        "total": amounts(total.gross, total.net, currency),
    }
