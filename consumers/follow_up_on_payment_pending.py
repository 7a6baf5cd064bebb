"""When a payment takes the provider hours or days, look until it is known, and then call a person."""

from datetime import datetime
from typing import ClassVar

from typing_extensions import override

from consumers.at_provider import AtProvider
from consumers.consumer import Again, Consumer
from consumers.schedule import Schedule, again
from ledger.application.clock import Clock
from ledger.application.mapper import Envelope
from ledger.application.payments import Payments
from ledger.application.provider import Pending, Unconfirmed
from ledger.application.work import WorkItem
from ledger.domain.charge import PaymentStatus
from ledger.domain.errors import Refused


class StillPending(Refused):
    """The provider has had this payment in hand for longer than any payment takes; somebody must find out."""

    code = "payment_still_pending"


class FollowUpOnPaymentPending(Consumer):
    """Only looks: the money is on its way or it is not, and nothing we do changes that."""

    name: ClassVar[str] = "follow_up_on_payment_pending"
    topic: ClassVar[str] = "payment.pending"

    def __init__(self, payments: Payments, at_provider: AtProvider, clock: Clock, schedule: Schedule) -> None:
        """Follow `payments` up at their providers."""
        self._payments = payments
        self._at_provider = at_provider
        self._clock = clock
        self._schedule = schedule

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at + self._schedule.pending[0]

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        payment = await self._payments.get(item.stream_id)
        if payment.status is not PaymentStatus.PENDING:
            return None
        outcome = await self._at_provider.lookup(payment)
        if not isinstance(outcome, Pending | Unconfirmed):
            await self._payments.apply(payment.id, outcome)
            return None
        coming = again(self._schedule.pending, since=envelope.recorded_at, now=self._clock.now())
        if coming is None:
            raise StillPending
        return coming
