"""When a refund fails or is cancelled after it succeeded, record that what was credited for it is owed (PAY-5)."""

from datetime import datetime

from typing_extensions import override

from consumers.consumer import Again, Consumer
from ledger.application.invoicing.credit_notes import CreditNotes
from ledger.application.mapper import Envelope
from ledger.application.work import WorkItem
from ledger.domain.refund import Refund


class OweCreditOnRefundFailed(Consumer):
    """The credit note stands, and the next refund pays what it left owed without another one."""

    def __init__(self, topic: str, credit_notes: CreditNotes) -> None:
        """Record it with the invoices of `credit_notes`, on events of `topic`: it failed, or was cancelled."""
        self.topic = topic
        self.name = f"owe_credit_on_{topic.replace('.', '_')}"
        self._credit_notes = credit_notes

    @override
    async def concerns(self, envelope: Envelope) -> bool:
        event = envelope.event
        assert isinstance(event, Refund.Failed | Refund.Cancelled), "the rule is for nothing else"
        # Nothing is reversed of a refund that never succeeded, and none of those was credited.
        return bool(event.postings) and await self._credit_notes.may_follow(event.originator_id)

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        await self._credit_notes.fail(item.stream_id)
        return None
