"""When the outcome of a refund is unknown, ask for it under its key: soon, later, and then call a person."""

from datetime import datetime
from typing import ClassVar

from typing_extensions import override

from consumers.consumer import Again, Consumer
from consumers.refund_at_provider import RefundAtProvider
from consumers.schedule import Schedule, again
from ledger.application.clock import Clock
from ledger.application.mapper import Envelope
from ledger.application.provider import ProviderRefused, RefundFailed
from ledger.application.refunds import Refunds
from ledger.application.work import WorkItem
from ledger.domain.errors import Refused, Unavailable
from ledger.domain.refund import Refund
from ledger.domain.refunding import RefundStatus


class RefundOutcomeStillUnknown(Refused):
    """The provider could not tell what became of this refund while its key was alive; somebody must find out."""

    code = "refund_outcome_still_unknown"


class AskOnRefundOutcomeUnknown(Consumer):
    """Asks only while the key lives, since the same request under a forgotten key would give back anew (CONS-6)."""

    name: ClassVar[str] = "ask_on_refund_outcome_unknown"
    topic: ClassVar[str] = "refund.outcome_unknown"

    def __init__(self, refunds: Refunds, at_provider: RefundAtProvider, clock: Clock, schedule: Schedule) -> None:
        """Ask after `refunds` at their providers."""
        self._refunds = refunds
        self._at_provider = at_provider
        self._clock = clock
        self._schedule = schedule

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at + self._schedule.unknown[0]

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        refund = await self._refunds.get(item.stream_id)
        if refund.status is not RefundStatus.UNKNOWN or refund.reported is not None:
            return None
        if self._clock.now() - refund.created_on >= self._schedule.key_life:
            raise RefundOutcomeStillUnknown
        if await self._answered(refund):
            return None
        coming = again(self._schedule.unknown, since=envelope.recorded_at, now=self._clock.now())
        if coming is None:
            raise RefundOutcomeStillUnknown
        return coming

    async def _answered(self, refund: Refund) -> bool:
        """Ask, and apply the answer if there is one."""
        try:
            outcome = await self._at_provider.refund(refund)
        except ProviderRefused as refusal:
            # Under one key the first answer stands: it was refused then, too, or never reached the provider.
            outcome = RefundFailed(refusal.code, refusal.detail)
        except Unavailable:
            return False
        await self._refunds.apply(refund.id, outcome)
        return True
