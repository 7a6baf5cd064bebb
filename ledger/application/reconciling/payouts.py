"""Payouts: booked from clearing to the bank, once, with what their lines explain."""

from ledger.application.reconciling.scope import Scope
from ledger.application.reconciling.tally import PayoutSum
from ledger.application.repository import Repository, deciding
from ledger.domain.money import Money
from ledger.domain.payout import Payout, PayoutTerms


class Payouts:
    """The payouts of this ledger."""

    def __init__(self, repository: Repository) -> None:
        """Keep payouts in `repository`."""
        self._repository = repository

    async def book(self, scope: Scope, reference: str, amount: Money, of: PayoutSum) -> None:
        """Book a payout that was told, once, and record what its lines explain of it (REC-2)."""
        payout_id = scope.derived("payout", reference, amount.currency)
        owner = scope.owner
        terms = PayoutTerms(owner.organization_id, owner.mode, scope.provider, scope.account_id, reference)

        async def decide() -> None:
            payout = await self._repository.find(Payout, payout_id) or Payout.report(payout_id, terms)
            payout.pay(amount)
            explained = Money(of.explained_minor, amount.currency)
            payout.reconcile(of.lines, explained, Money(amount.minor - explained.minor, amount.currency))
            await self._repository.save(payout)

        await deciding(decide)
