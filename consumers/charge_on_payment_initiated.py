"""When a payment is initiated, charge it: open an intent, record it, confirm it, record the outcome."""

from datetime import datetime

from typing_extensions import override

from consumers.at_provider import AtProvider
from consumers.consumer import Again, Consumer
from consumers.schedule import Schedule
from ledger.application.clock import Clock
from ledger.application.mapper import Envelope
from ledger.application.payments import Payments
from ledger.application.provider import Cancelled, Declined, Outcome, ProviderRefused, Unconfirmed
from ledger.application.work import WorkItem
from ledger.domain.charge import PaymentStatus
from ledger.domain.errors import Unavailable
from ledger.domain.payment import Payment

NOT_CHARGED = "The payment provider could not be reached. You were not charged."


class ChargeOnPaymentInitiated(Consumer):
    """Charges once in effect, however often it is asked to: what was recorded decides where it goes on."""

    name = "charge_on_payment_initiated"
    topic = "payment.initiated"

    def __init__(self, payments: Payments, at_provider: AtProvider, clock: Clock, schedule: Schedule) -> None:
        """Charge `payments` at their providers."""
        self._payments = payments
        self._at_provider = at_provider
        self._clock = clock
        self._schedule = schedule

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        # At the first try this process has just recorded or heard of the payment. Whatever is decided on its memory
        # is put to the test by the append, and the provider's keys are the same either way.
        first = item.attempts <= 1
        payment = await (self._payments.glance if first else self._payments.get)(item.stream_id)
        if _is_elsewhere(payment):
            return None
        if self._clock.now() - envelope.recorded_at >= self._schedule.key_life:
            await self._end_late(payment)
            return None
        if not payment.confirm_requested:
            payment = await self._open(payment, item)
            if _is_elsewhere(payment):
                return None
        outcome = await self._confirm(payment, item)
        if outcome is not None:
            await self._payments.apply(payment.id, outcome)
        return None

    async def _open(self, payment: Payment, item: WorkItem) -> Payment:
        """Have an intent opened and recorded, and with it that it is about to be confirmed."""
        try:
            reference = await self._at_provider.open(payment)
        except ProviderRefused as refusal:
            return await self._payments.give_up(payment.id, code=refusal.code, message=refusal.detail)
        except Unavailable:
            # No money can have moved, so that the same key may be tried again, and giving up is honest.
            if item.failures + 1 < self._schedule.open_tries:
                raise
            return await self._payments.give_up(payment.id, code="provider_unavailable", message=NOT_CHARGED)

        def opened(payment: Payment) -> None:
            if payment.settled:
                return
            if payment.reference is None:
                payment.open(reference)
            payment.request_confirmation()

        return await self._payments.record(payment.id, opened)

    async def _confirm(self, payment: Payment, item: WorkItem) -> Outcome | None:
        """Have the intent charged and return the outcome; None once it is on record that nobody knows it."""
        # The charge comes before the record of it. If we die in between, the item is handled again and the same key
        # fetches the same charge.
        try:
            return await self._at_provider.confirm(payment)
        except ProviderRefused as refusal:
            return await self._withdraw(payment, refusal)
        except Unavailable as error:
            lost = error
        # The answer is lost and money may have moved: what the provider knows decides. That it knows of no
        # confirmation decides nothing, because ours may still be on its way.
        try:
            outcome = await self._at_provider.lookup(payment)
        except Unavailable as error:
            lost, outcome = error, Unconfirmed()
        if not isinstance(outcome, Unconfirmed):
            return outcome
        if item.failures + 1 < self._schedule.confirm_tries:
            raise lost
        await self._payments.record(payment.id, lambda payment: payment.lose_sight(lost.code))
        return None

    async def _withdraw(self, payment: Payment, refusal: ProviderRefused) -> Outcome:
        """Cancel an intent that will not be confirmed, so that nobody can charge it after we call it failed."""
        outcome = await self._at_provider.cancel(payment)
        if isinstance(outcome, Cancelled):
            return Declined(refusal.code, refusal.detail)
        return outcome

    async def _end_late(self, payment: Payment) -> None:
        """End what nobody worked on while its keys were alive: from here on a retry could charge anew."""
        if not payment.confirm_requested:
            await self._payments.give_up(payment.id, code="provider_unavailable", message=NOT_CHARGED)
            return
        outcome = await self._at_provider.lookup(payment)
        if isinstance(outcome, Unconfirmed):
            await self._payments.record(payment.id, lambda payment: payment.lose_sight("key_expired"))
            return
        await self._payments.apply(payment.id, outcome)


def _is_elsewhere(payment: Payment) -> bool:
    # Settled, or followed by another rule since the provider or the customer has it in hand.
    return payment.status not in {PaymentStatus.INITIATED, PaymentStatus.OPENED}
