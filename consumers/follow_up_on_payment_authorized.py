"""When money is held for us, look until it is taken or the hold has lapsed, as holds do after some days."""

from typing import NoReturn

from typing_extensions import override

from consumers.following_payments import FollowUpOnPayment
from consumers.schedule import Offsets
from ledger.application.provider import Authorized, Outcome, Unconfirmed
from ledger.domain.charge import HELD
from ledger.domain.errors import Refused
from ledger.domain.payment import Payment


class StillAuthorized(Refused):
    """The provider has held this money for longer than any hold lasts; somebody must find out."""

    code = "payment_still_authorized"


class FollowUpOnPaymentAuthorized(FollowUpOnPayment):
    """Only looks: a hold that the merchant neither takes nor lets go is let go by the bank, in its own time."""

    name = "follow_up_on_payment_authorized"
    topic = "payment.authorized"

    @property
    @override
    def offsets(self) -> Offsets:
        return self._schedule.authorized

    @override
    def waits(self, thing: Payment) -> bool:
        # A capture that is under way just now may be refused, and then the hold lapses like any other.
        return thing.status in HELD

    @override
    async def ask(self, thing: Payment) -> Outcome | None:
        outcome = await self._at_provider.lookup(thing)
        return None if isinstance(outcome, Authorized | Unconfirmed) else outcome

    @override
    async def give_up(self, thing: Payment) -> NoReturn:
        raise StillAuthorized
