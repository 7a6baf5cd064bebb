"""When a payment is captured, issue the invoice of what it paid, as soon as its tax is beyond doubt."""

from datetime import datetime

from typing_extensions import override

from consumers.consumer import Again, Consumer
from consumers.schedule import Schedule
from ledger.application.clock import Clock
from ledger.application.invoicing.invoices import Invoices, Issuing
from ledger.application.mapper import Envelope
from ledger.application.payments import Payments
from ledger.application.work import WorkItem


class IssueInvoiceOnPaymentCaptured(Consumer):
    """Issues once, whatever the payment went through before: money that was held, slow, or long unknown.

    While the register may still say another tax the invoice is held; at the end of the asking it is issued with the
    tax that was charged (VAT-5).
    """

    name = "issue_invoice_on_payment_captured"
    topic = "payment.captured"

    def __init__(self, payments: Payments, invoices: Invoices, clock: Clock, schedule: Schedule) -> None:
        """Issue `invoices` of what `payments` paid."""
        self._payments = payments
        self._invoices = invoices
        self._clock = clock
        self._schedule = schedule

    @override
    async def concerns(self, envelope: Envelope) -> bool:
        payment = await self._payments.glance(envelope.event.originator_id)
        return await self._invoices.may_follow(payment.charge.checkout_id)

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        payment = await self._payments.glance(item.stream_id)
        left = envelope.recorded_at + self._schedule.invoice_held - self._clock.now()
        in_doubt = left.total_seconds() <= 0
        issuing = await self._invoices.issue(payment.charge.checkout_id, in_doubt=in_doubt)
        return Again(left) if issuing is Issuing.HELD else None
