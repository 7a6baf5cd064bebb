"""When a refund succeeded, ours or one of the provider's own desk, issue the credit note for it (PAY-7)."""

from datetime import datetime

from typing_extensions import override

from consumers.consumer import Again, Consumer
from ledger.application.invoicing.credit_notes import CreditNotes
from ledger.application.mapper import Envelope
from ledger.application.work import WorkItem


class IssueCreditNoteOnRefundSucceeded(Consumer):
    """Issues one, or none while there is no invoice: then the invoice has it issued, when it comes."""

    name = "issue_credit_note_on_refund_succeeded"
    topic = "refund.succeeded"

    def __init__(self, credit_notes: CreditNotes) -> None:
        """Issue `credit_notes`."""
        self._credit_notes = credit_notes

    @override
    async def concerns(self, envelope: Envelope) -> bool:
        return await self._credit_notes.may_follow(envelope.event.originator_id)

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        await self._credit_notes.issue(item.stream_id)
        return None
