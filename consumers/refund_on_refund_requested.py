"""When a refund is requested, have the provider give the money back, and record the outcome."""

from datetime import datetime

from typing_extensions import override

from consumers.consumer import Again, Consumer
from consumers.refund_at_provider import RefundAtProvider
from consumers.schedule import Schedule
from ledger.application.clock import Clock
from ledger.application.mapper import Envelope
from ledger.application.provider import ProviderRefused, RefundFailed
from ledger.application.refunds import Refunds
from ledger.application.work import WorkItem
from ledger.domain.errors import Unavailable
from ledger.domain.refunding import RefundStatus


class RefundOnRefundRequested(Consumer):
    """Gives back once in effect, however often it is asked to: one key and the same parameters for ever."""

    name = "refund_on_refund_requested"
    topic = "refund.requested"

    def __init__(self, refunds: Refunds, at_provider: RefundAtProvider, clock: Clock, schedule: Schedule) -> None:
        """Make `refunds` at their providers."""
        self._refunds = refunds
        self._at_provider = at_provider
        self._clock = clock
        self._schedule = schedule

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        refund = await self._refunds.get(item.stream_id)
        if refund.status is not RefundStatus.REQUESTED or refund.reported is not None:
            return None
        if self._clock.now() - envelope.recorded_at >= self._schedule.key_life:
            # Nobody worked on it while its key was alive: from here on a retry could give back anew.
            await self._refunds.record(refund.id, lambda refund: refund.lose_sight("key_expired"))
            return None
        # The refund comes before the record of it. If we die in between, the item is handled again and the same key
        # fetches the same refund.
        try:
            outcome = await self._at_provider.refund(refund)
        except ProviderRefused as refusal:
            outcome = RefundFailed(refusal.code, refusal.detail)
        except Unavailable as lost:
            if item.failures + 1 < self._schedule.confirm_tries:
                raise
            code = lost.code
            await self._refunds.record(refund.id, lambda refund: refund.lose_sight(code))
            return None
        await self._refunds.apply(refund.id, outcome)
        return None
