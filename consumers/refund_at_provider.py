"""One refund at its provider: whose account it is, and the key and parameters that were frozen for it."""

from ledger.application.organizations import Organizations
from ledger.application.provider import Provider, Providers, RefundOutcome
from ledger.domain.payment import Payment
from ledger.domain.refund import Refund


class RefundAtProvider:
    """Asks the provider of a refund. A retry sends the same bytes under the same key (IDEM-11)."""

    def __init__(self, organizations: Organizations, providers: Providers) -> None:
        """Find accounts in `organizations` and those who serve them in `providers`."""
        self._organizations = organizations
        self._providers = providers

    async def refund(self, refund: Refund) -> RefundOutcome:
        """Have the money given back."""
        provider = await self._provider(refund)
        return await provider.refund(dict(refund.terms.parameters), idempotency_key=refund.key)

    async def lookup(self, refund: Refund) -> RefundOutcome | None:
        """Ask what became of a refund that the provider has in hand; None where only notifications tell."""
        assert refund.reference is not None, "what was opened has a reference"
        return await self.lookup_at(refund, refund.reference)

    async def lookup_at(self, refund: Refund | Payment, reference: str) -> RefundOutcome | None:
        """Ask what became of what the provider calls `reference`, though we may not have recorded that yet."""
        return await (await self._provider(refund)).lookup_refund(reference)

    async def _provider(self, about: Refund | Payment) -> Provider:
        terms = about.terms if isinstance(about, Refund) else about.charge
        organization = await self._organizations.glance(terms.organization_id)
        return self._providers.of(organization.accounts[terms.provider_account])
