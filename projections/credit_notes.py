"""What is shown of a credit note: what it takes back, and of which invoice."""

from typing import Any

from typing_extensions import override

from ledger.application import ids
from ledger.application.mapper import Envelope
from ledger.application.views import Document
from ledger.domain.invoicing.credit_note import CreditNote
from projections.documents import line, parties, taxes
from projections.stream_view import StreamView


class CreditNotes(StreamView):
    """One document per credit note, to which nothing ever happens."""

    name = "credit_notes"
    form = 1
    topics = frozenset({"credit_note.issued"})

    @override
    def begin(self, envelope: Envelope, position: int, now: str) -> Document:
        event = envelope.event
        assert isinstance(event, CreditNote.Issued), "a credit note begins by being issued"
        terms = event.terms
        body = {
            "id": ids.outside("credit_note", event.originator_id),
            "object": "credit_note",
            "mode": terms.mode.value,
            "number": str(terms.number),
            "invoice": {
                "id": ids.outside("invoice", terms.invoice.invoice_id),
                "number": str(terms.invoice.number),
                "issue_day": terms.invoice.issue_day.isoformat(),
            },
            "refund_id": ids.outside("refund", terms.refund_id),
            "issue_day": terms.issue_day.isoformat(),
            **parties(terms),
            "lines": [line(each.number, each, terms.currency) for each in terms.credit.lines],
            **taxes(terms.credit.groups, terms.credit.total, terms.currency),
            "mentions": [mention.value for mention in terms.mentions],
            "tax_country": terms.tax_country,
            "created_at": now,
            "updated_at": now,
        }
        owner, mode = terms.organization_id, terms.mode.value
        return Document(event.originator_id, position, event.originator_version, position, owner, mode, body)

    @override
    def changes(self, document: Document, envelope: Envelope) -> dict[str, Any]:
        raise AssertionError(f"nothing happens to a credit note: {envelope.event!r}")
