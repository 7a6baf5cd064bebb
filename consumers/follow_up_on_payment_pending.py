"""When a payment takes the provider hours or days, look until it is known, and then call a person."""

from typing import NoReturn

from typing_extensions import override

from consumers.following_payments import FollowUpOnPayment
from consumers.schedule import Offsets
from ledger.application.provider import Outcome, Pending, Unconfirmed
from ledger.domain.charge import PaymentStatus
from ledger.domain.errors import Refused
from ledger.domain.payment import Payment


class StillPending(Refused):
    """The provider has had this payment in hand for longer than any payment takes; somebody must find out."""

    code = "payment_still_pending"


class FollowUpOnPaymentPending(FollowUpOnPayment):
    """Only looks: the money is on its way or it is not."""

    name = "follow_up_on_payment_pending"
    topic = "payment.pending"

    @property
    @override
    def offsets(self) -> Offsets:
        return self._schedule.pending

    @override
    def waits(self, thing: Payment) -> bool:
        return thing.status is PaymentStatus.PENDING

    @override
    async def ask(self, thing: Payment) -> Outcome | None:
        outcome = await self._at_provider.lookup(thing)
        return None if isinstance(outcome, Pending | Unconfirmed) else outcome

    @override
    async def give_up(self, thing: Payment) -> NoReturn:
        raise StillPending
