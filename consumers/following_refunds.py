"""Following a refund up at its provider."""

from uuid import UUID

from typing_extensions import override

from consumers.following import FollowUp
from consumers.refund_at_provider import RefundAtProvider
from consumers.schedule import Schedule
from ledger.application.clock import Clock
from ledger.application.provider import RefundOutcome
from ledger.application.refunds import Refunds
from ledger.domain.refund import Refund


class FollowUpOnRefund(FollowUp[Refund, RefundOutcome]):
    """Only looks, or asks again under the refund's one key."""

    def __init__(self, refunds: Refunds, at_provider: RefundAtProvider, clock: Clock, schedule: Schedule) -> None:
        """Follow `refunds` up at their providers."""
        super().__init__(clock, schedule)
        self._refunds = refunds
        self._at_provider = at_provider

    @override
    async def get(self, stream_id: UUID) -> Refund:
        return await self._refunds.get(stream_id)

    @override
    async def apply(self, thing: Refund, outcome: RefundOutcome) -> None:
        await self._refunds.apply(thing.id, outcome)
