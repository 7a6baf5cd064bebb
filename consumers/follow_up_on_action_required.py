"""When the customer must act at the provider, see whether they did; end it when they do not come back."""

from datetime import datetime
from typing import ClassVar

from typing_extensions import override

from consumers.at_provider import AtProvider
from consumers.consumer import Again, Consumer
from consumers.schedule import Schedule, again
from ledger.application.clock import Clock
from ledger.application.mapper import Envelope
from ledger.application.payments import Payments
from ledger.application.provider import ActionRequired, Outcome, ProviderUnreachable, Unconfirmed
from ledger.application.work import WorkItem
from ledger.domain.charge import PaymentStatus


class FollowUpOnActionRequired(Consumer):
    """Looks at growing intervals, at once when the customer says they are back, and cancels after a time limit."""

    name: ClassVar[str] = "follow_up_on_action_required"
    topic: ClassVar[str] = "payment.action_required"

    def __init__(self, payments: Payments, at_provider: AtProvider, clock: Clock, schedule: Schedule) -> None:
        """Follow `payments` up at their providers."""
        self._payments = payments
        self._at_provider = at_provider
        self._clock = clock
        self._schedule = schedule

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at + self._schedule.action[0]

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        payment = await self._payments.get(item.stream_id)
        if payment.status is not PaymentStatus.ACTION_REQUIRED:
            return None
        outcome = await self._at_provider.lookup(payment)
        if _waits(outcome):
            offsets = (*self._schedule.action, self._schedule.action_limit)
            coming = again(offsets, since=envelope.recorded_at, now=self._clock.now())
            if coming is not None:
                return coming
            outcome = await self._at_provider.cancel(payment)
        if _waits(outcome):
            raise ProviderUnreachable("The provider did not cancel an intent that nobody finished.")
        await self._payments.apply(payment.id, outcome)
        return None


def _waits(outcome: Outcome) -> bool:
    return isinstance(outcome, ActionRequired | Unconfirmed)
