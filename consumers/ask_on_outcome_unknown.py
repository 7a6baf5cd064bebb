"""When the outcome of a payment is unknown, ask after it: soon, later, for days, and then call a person."""

from typing import NoReturn

from typing_extensions import override

from consumers.following_payments import FollowUpOnPayment
from consumers.schedule import Offsets
from ledger.application.provider import Outcome, Unconfirmed
from ledger.domain.charge import PaymentStatus
from ledger.domain.errors import Refused, Unavailable
from ledger.domain.payment import Payment


class OutcomeStillUnknown(Refused):
    """The provider could not tell for days what became of this payment; somebody must find out."""

    code = "outcome_still_unknown"


class AskOnOutcomeUnknown(FollowUpOnPayment):
    """Never charges anew: while the key lives it may confirm under the same key, after that it looks (CONS-6)."""

    name = "ask_on_outcome_unknown"
    topic = "payment.outcome_unknown"

    @property
    @override
    def offsets(self) -> Offsets:
        return self._schedule.unknown

    @override
    def waits(self, thing: Payment) -> bool:
        return thing.status is PaymentStatus.UNKNOWN

    @override
    async def ask(self, thing: Payment) -> Outcome | None:
        try:
            outcome = await self._at_provider.lookup(thing)
            # What the merchant has called off meanwhile is not confirmed any more.
            key_lives = self._clock.now() - thing.created_on < self._schedule.key_life
            if isinstance(outcome, Unconfirmed) and key_lives and thing.cancel_request is None:
                outcome = await self._at_provider.confirm(thing)
        except (Unavailable, Refused):
            return None
        return None if isinstance(outcome, Unconfirmed) else outcome

    @override
    async def give_up(self, thing: Payment) -> NoReturn:
        raise OutcomeStillUnknown
