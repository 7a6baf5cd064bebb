"""When the register has spoken at last about a doubtful VAT number, issue the invoice that waited for it (VAT-5)."""

from datetime import datetime

from typing_extensions import override

from consumers.consumer import Again, Consumer
from ledger.application.invoicing.invoices import Invoices, Issuing
from ledger.application.mapper import Envelope
from ledger.application.work import WorkItem
from ledger.domain.errors import Refused


class InvoiceOutdated(Refused):
    """The register answered after the invoice had been issued, and says another tax: somebody must put it right."""

    code = "invoice_outdated"


class IssueInvoiceOnTaxSettled(Consumer):
    """Issues what was held, and calls a person where another tax had been invoiced by then."""

    def __init__(self, topic: str, invoices: Invoices) -> None:
        """Issue `invoices` on events of `topic`: the tax was confirmed, or corrected."""
        self.topic = topic
        self.name = f"issue_invoice_on_{topic.replace('.', '_')}"
        self._invoices = invoices

    @override
    async def concerns(self, envelope: Envelope) -> bool:
        return await self._invoices.may_follow(envelope.event.originator_id)

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        # One that is not paid yet is invoiced when it is.
        if await self._invoices.issue(item.stream_id) is Issuing.OUTDATED:
            raise InvoiceOutdated
        return None
