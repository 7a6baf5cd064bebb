"""What is shown of how an organization invoices: what it said last."""

from typing import Any

from typing_extensions import override

from ledger.application.codec import moment_text
from ledger.application.mapper import Envelope
from ledger.application.views import Document
from ledger.domain.invoicing.settings import Invoicing, InvoicingTerms
from projections.documents import address
from projections.stream_view import StreamView


class Invoicings(StreamView):
    """One document for each organization and mode, the fold of its stream."""

    name = "invoicings"
    form = 1
    topics = frozenset({"invoicing.opened", "invoicing.described"})

    @override
    def begin(self, envelope: Envelope, position: int, now: str) -> Document:
        event = envelope.event
        assert isinstance(event, Invoicing.Opened), "it begins by being opened"
        body: dict[str, Any] = {"said": None, "created_at": now, "updated_at": now}
        owner, mode = event.organization_id, event.mode.value
        return Document(event.originator_id, position, event.originator_version, position, owner, mode, body)

    @override
    def changes(self, document: Document, envelope: Envelope) -> dict[str, Any]:
        match envelope.event:
            case Invoicing.Described(terms=terms):
                return {"said": _said(terms, moment_text(envelope.recorded_at))}
            case other:
                raise AssertionError(f"this says nothing of how an organization invoices: {other!r}")


def _said(terms: InvoicingTerms, now: str) -> dict[str, Any]:
    return {
        "legal_name": terms.legal_name,
        "address": address(terms.address),
        "invoice_prefix": terms.invoice_prefix,
        "credit_note_prefix": terms.credit_note_prefix,
        "updated_at": now,
    }
