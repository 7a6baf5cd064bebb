"""When the customer must act at the provider, look whether they did; when they do not, end it."""

from typing_extensions import override

from consumers.following_payments import FollowUpOnPayment
from consumers.schedule import Offsets
from ledger.application.provider import ActionRequired, Outcome, ProviderUnreachable, Unconfirmed
from ledger.domain.charge import PaymentStatus
from ledger.domain.payment import Payment


class FollowUpOnActionRequired(FollowUpOnPayment):
    """Looks at growing intervals, at once when the customer says they are back, and cancels after a time limit."""

    name = "follow_up_on_action_required"
    topic = "payment.action_required"

    @property
    @override
    def offsets(self) -> Offsets:
        return (*self._schedule.action, self._schedule.action_limit)

    @override
    def offsets_of(self, thing: Payment) -> Offsets:
        if thing.charge.customer is None or not thing.charge.customer.off_session:
            return self.offsets
        # They were away when they were charged, and first have to read that they are waited for.
        return (*self._schedule.action, *self._schedule.action_away)

    @override
    def waits(self, thing: Payment) -> bool:
        return thing.status is PaymentStatus.ACTION_REQUIRED

    @override
    async def ask(self, thing: Payment) -> Outcome | None:
        outcome = await self._at_provider.lookup(thing)
        return None if _waits(outcome) else outcome

    @override
    async def give_up(self, thing: Payment) -> Outcome:
        outcome = await self._at_provider.cancel(thing)
        if _waits(outcome):
            raise ProviderUnreachable("The provider did not cancel an intent that nobody finished.")
        return outcome


def _waits(outcome: Outcome) -> bool:
    return isinstance(outcome, ActionRequired | Unconfirmed)
