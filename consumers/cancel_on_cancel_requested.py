"""When a merchant calls a payment off, have the provider let go of it, and record what it is then."""

from typing import NoReturn

from typing_extensions import override

from consumers.following_payments import FollowUpOnPayment
from consumers.schedule import Offsets
from ledger.application.provider import ActionRequired, Authorized, Outcome, ProviderRefused, Unconfirmed
from ledger.domain.errors import Refused
from ledger.domain.payment import Payment


class CancelStillUnknown(Refused):
    """The provider neither cancelled this payment nor said what became of it; somebody must find out."""

    code = "cancel_still_unknown"


class CancelOnCancelRequested(FollowUpOnPayment):
    """Cancels under one key, and records the truth: a payment that was captured meanwhile is captured."""

    name = "cancel_on_cancel_requested"
    topic = "payment.cancel_requested"

    @property
    @override
    def offsets(self) -> Offsets:
        return self._schedule.cancel

    @override
    def waits(self, thing: Payment) -> bool:
        return not thing.settled

    @override
    async def ask(self, thing: Payment) -> Outcome | None:
        try:
            outcome = await self._at_provider.cancel(thing)
        except ProviderRefused:
            outcome = await self._at_provider.lookup(thing)
        return None if isinstance(outcome, ActionRequired | Authorized | Unconfirmed) else outcome

    @override
    async def give_up(self, thing: Payment) -> NoReturn:
        raise CancelStillUnknown
