"""When the outcome of a payment is unknown, ask after it: soon, later, for days, and then call a person."""

from datetime import datetime
from typing import ClassVar

from typing_extensions import override

from consumers.at_provider import AtProvider
from consumers.consumer import Again, Consumer
from consumers.schedule import Schedule, again
from ledger.application.clock import Clock
from ledger.application.mapper import Envelope
from ledger.application.payments import Payments
from ledger.application.provider import Outcome, Unconfirmed
from ledger.application.work import WorkItem
from ledger.domain.charge import PaymentStatus
from ledger.domain.errors import Refused, Unavailable
from ledger.domain.payment import Payment


class OutcomeStillUnknown(Refused):
    """The provider could not tell for days what became of this payment; somebody must find out."""

    code = "outcome_still_unknown"


class AskOnOutcomeUnknown(Consumer):
    """Never charges anew: while the key lives it may confirm under the same key, after that it looks (CONS-6)."""

    name: ClassVar[str] = "ask_on_outcome_unknown"
    topic: ClassVar[str] = "payment.outcome_unknown"

    def __init__(self, payments: Payments, at_provider: AtProvider, clock: Clock, schedule: Schedule) -> None:
        """Ask after `payments` at their providers."""
        self._payments = payments
        self._at_provider = at_provider
        self._clock = clock
        self._schedule = schedule

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at + self._schedule.unknown[0]

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        payment = await self._payments.get(item.stream_id)
        if payment.status is not PaymentStatus.UNKNOWN:
            return None
        outcome = await self._ask(payment)
        if not isinstance(outcome, Unconfirmed):
            await self._payments.apply(payment.id, outcome)
            return None
        coming = again(self._schedule.unknown, since=envelope.recorded_at, now=self._clock.now())
        if coming is None:
            raise OutcomeStillUnknown
        return coming

    async def _ask(self, payment: Payment) -> Outcome:
        """Return what became of the payment; `Unconfirmed` means that nobody knows."""
        try:
            outcome = await self._at_provider.lookup(payment)
            key_lives = self._clock.now() - payment.created_on < self._schedule.key_life
            if isinstance(outcome, Unconfirmed) and key_lives:
                return await self._at_provider.confirm(payment)
        except (Unavailable, Refused):
            return Unconfirmed()
        return outcome
