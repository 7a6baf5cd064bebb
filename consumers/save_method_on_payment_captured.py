"""When a payment is captured whose customer let us keep the payment method, record what the provider kept."""

from datetime import datetime

from typing_extensions import override

from consumers.at_provider import AtProvider
from consumers.consumer import Again, Consumer
from ledger.application.customers import Customers
from ledger.application.mapper import Envelope
from ledger.application.payments import Payments
from ledger.application.work import WorkItem
from ledger.domain.payment import Payment


class SaveMethodOnPaymentCaptured(Consumer):
    """Asks what was kept and records it once, under an id that follows from the provider's own name for it."""

    name = "save_method_on_payment_captured"
    topic = "payment.captured"

    def __init__(self, payments: Payments, customers: Customers, at_provider: AtProvider) -> None:
        """Record for `customers` what was kept of `payments`."""
        self._payments = payments
        self._customers = customers
        self._at_provider = at_provider

    @override
    async def concerns(self, envelope: Envelope) -> bool:
        return _keeps(await self._payments.glance(envelope.event.originator_id))

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        payment = await self._payments.get(item.stream_id)
        kept = await self._at_provider.kept_method(payment) if _keeps(payment) else None
        if kept is not None:
            await self._customers.keep(payment, kept)
        return None


def _keeps(payment: Payment) -> bool:
    return payment.charge.customer is not None and not payment.charge.customer.off_session
