"""When an invoice is issued after part of its price was given back, issue the credit notes for that."""

from datetime import datetime

from typing_extensions import override

from consumers.consumer import Again, Consumer
from ledger.application.invoicing.credit_notes import CreditNotes
from ledger.application.mapper import Envelope
from ledger.application.payments import Payments
from ledger.application.work import WorkItem
from ledger.domain.invoicing.invoice import Invoice


class IssueCreditNotesOnInvoiceIssued(Consumer):
    """Mostly nothing was given back so soon, and no work is made."""

    name = "issue_credit_notes_on_invoice_issued"
    topic = "invoice.issued"

    def __init__(self, payments: Payments, credit_notes: CreditNotes) -> None:
        """Issue `credit_notes` for what was given back of `payments`."""
        self._payments = payments
        self._credit_notes = credit_notes

    @override
    async def concerns(self, envelope: Envelope) -> bool:
        assert isinstance(envelope.event, Invoice.Issued), "the rule is for nothing else"
        # Not what this process remembers: a refund that it has not heard of may have looked for the invoice in vain.
        payment = await self._payments.get(envelope.event.terms.payment_id)
        return bool(payment.refunds.held)

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        await self._credit_notes.issue_all(item.stream_id)
        return None
