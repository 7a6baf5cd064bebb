"""When the outcome of a refund is unknown, ask for it under its key: soon, later, and then call a person."""

from typing import NoReturn

from typing_extensions import override

from consumers.following_refunds import FollowUpOnRefund
from consumers.schedule import Offsets
from ledger.application.provider import ProviderRefused, RefundFailed, RefundOutcome
from ledger.domain.errors import Refused, Unavailable
from ledger.domain.refund import Refund
from ledger.domain.refunding import RefundStatus


class RefundOutcomeStillUnknown(Refused):
    """The provider could not tell what became of this refund while its key was alive; somebody must find out."""

    code = "refund_outcome_still_unknown"


class AskOnRefundOutcomeUnknown(FollowUpOnRefund):
    """Asks only while the key lives, since the same request under a forgotten key would give back anew (CONS-6)."""

    name = "ask_on_refund_outcome_unknown"
    topic = "refund.outcome_unknown"

    @property
    @override
    def offsets(self) -> Offsets:
        return self._schedule.unknown

    @override
    def waits(self, thing: Refund) -> bool:
        return thing.status is RefundStatus.UNKNOWN and thing.reported is None

    @override
    async def ask(self, thing: Refund) -> RefundOutcome | None:
        if self._clock.now() - thing.created_on >= self._schedule.key_life:
            raise RefundOutcomeStillUnknown
        try:
            return await self._at_provider.refund(thing)
        except ProviderRefused as refusal:
            # Under one key the first answer stands: it was refused then, too, or never reached the provider.
            return RefundFailed(refusal.code, refusal.detail)
        except Unavailable:
            return None

    @override
    async def give_up(self, thing: Refund) -> NoReturn:
        raise RefundOutcomeStillUnknown
