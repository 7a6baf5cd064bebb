"""When a refund takes the provider hours or days, look until it is known, and then call a person."""

from typing import NoReturn

from typing_extensions import override

from consumers.following_refunds import FollowUpOnRefund
from consumers.schedule import Offsets
from ledger.application.provider import RefundOutcome, RefundPending
from ledger.domain.errors import Refused
from ledger.domain.refund import Refund
from ledger.domain.refunding import RefundStatus


class RefundStillPending(Refused):
    """The provider has had this refund in hand for longer than any refund takes; somebody must find out."""

    code = "refund_still_pending"


class FollowUpOnRefundOpened(FollowUpOnRefund):
    """Only looks: the money is on its way back or it is not, and nothing we do changes that."""

    name = "follow_up_on_refund_opened"
    topic = "refund.opened"

    @property
    @override
    def offsets(self) -> Offsets:
        return self._schedule.pending

    @override
    def waits(self, thing: Refund) -> bool:
        return thing.status is RefundStatus.OPENED and thing.reported is None

    @override
    async def ask(self, thing: Refund) -> RefundOutcome | None:
        outcome = await self._at_provider.lookup(thing)
        # Where only notifications tell there is nothing to look at, but still somebody to be called in the end.
        return None if isinstance(outcome, RefundPending) else outcome

    @override
    async def give_up(self, thing: Refund) -> NoReturn:
        raise RefundStillPending
