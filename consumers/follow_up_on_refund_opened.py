"""When a refund takes the provider hours or days, look until it is known, and then call a person."""

from datetime import datetime
from typing import ClassVar

from typing_extensions import override

from consumers.consumer import Again, Consumer
from consumers.refund_at_provider import RefundAtProvider
from consumers.schedule import Schedule, again
from ledger.application.clock import Clock
from ledger.application.mapper import Envelope
from ledger.application.provider import RefundPending
from ledger.application.refunds import Refunds
from ledger.application.work import WorkItem
from ledger.domain.errors import Refused
from ledger.domain.refunding import RefundStatus


class RefundStillPending(Refused):
    """The provider has had this refund in hand for longer than any refund takes; somebody must find out."""

    code = "refund_still_pending"


class FollowUpOnRefundOpened(Consumer):
    """Only looks: the money is on its way back or it is not, and nothing we do changes that."""

    name: ClassVar[str] = "follow_up_on_refund_opened"
    topic: ClassVar[str] = "refund.opened"

    def __init__(self, refunds: Refunds, at_provider: RefundAtProvider, clock: Clock, schedule: Schedule) -> None:
        """Follow `refunds` up at their providers."""
        self._refunds = refunds
        self._at_provider = at_provider
        self._clock = clock
        self._schedule = schedule

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at + self._schedule.pending[0]

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        refund = await self._refunds.get(item.stream_id)
        if refund.status is not RefundStatus.OPENED or refund.reported is not None:
            return None
        outcome = await self._at_provider.lookup(refund)
        if not isinstance(outcome, RefundPending):
            await self._refunds.apply(refund.id, outcome)
            return None
        coming = again(self._schedule.pending, since=envelope.recorded_at, now=self._clock.now())
        if coming is None:
            raise RefundStillPending
        return coming
