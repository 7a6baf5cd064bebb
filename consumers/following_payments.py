"""Following a payment up at its provider."""

from uuid import UUID

from typing_extensions import override

from consumers.at_provider import AtProvider
from consumers.following import FollowUp
from consumers.schedule import Schedule
from ledger.application.clock import Clock
from ledger.application.payments import Payments
from ledger.application.provider import Outcome
from ledger.domain.payment import Payment


class FollowUpOnPayment(FollowUp[Payment, Outcome]):
    """Only looks: what the provider has in hand ends as it ends, and nothing we do changes that."""

    def __init__(self, payments: Payments, at_provider: AtProvider, clock: Clock, schedule: Schedule) -> None:
        """Follow `payments` up at their providers."""
        super().__init__(clock, schedule)
        self._payments = payments
        self._at_provider = at_provider

    @override
    async def get(self, stream_id: UUID) -> Payment:
        return await self._payments.get(stream_id)

    @override
    async def apply(self, thing: Payment, outcome: Outcome) -> None:
        await self._payments.apply(thing.id, outcome)
