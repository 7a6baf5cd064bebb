"""One payment's charge at its provider: whose account it is, and the keys and parameters that were frozen for it."""

from uuid import UUID

from ledger.application import ids
from ledger.application.dispute_report import DisputeReport
from ledger.application.keeping import KeptMethod
from ledger.application.organizations import Organizations
from ledger.application.provider import Outcome, Provider, Providers
from ledger.application.refund_report import RefundReport
from ledger.domain.errors import NotFound
from ledger.domain.ipn import Notice
from ledger.domain.payment import Payment


class AtProvider:
    """Asks the provider of a payment. A retry sends the same bytes under the same key (IDEM-11)."""

    def __init__(self, organizations: Organizations, providers: Providers) -> None:
        """Find accounts in `organizations` and those who serve them in `providers`."""
        self._organizations = organizations
        self._providers = providers

    async def open(self, payment: Payment) -> str:
        """Open the unconfirmed intent and return its reference; no money can move."""
        provider = await self._provider(payment)
        return await provider.open(dict(payment.charge.parameters), idempotency_key=payment.open_key)

    async def confirm(self, payment: Payment) -> Outcome:
        """Have the intent charged."""
        provider = await self._provider(payment)
        is_away = payment.charge.customer is not None and payment.charge.customer.off_session
        confirm = provider.confirm_off_session if is_away else provider.confirm
        return await confirm(_reference(payment), idempotency_key=payment.confirm_key)

    async def lookup(self, payment: Payment) -> Outcome:
        """Ask what became of the intent."""
        return await (await self._provider(payment)).lookup(_reference(payment))

    async def cancel(self, payment: Payment) -> Outcome:
        """Cancel the intent unless it was charged, and return what it is."""
        provider = await self._provider(payment)
        return await provider.cancel(_reference(payment), idempotency_key=payment.cancel_key)

    async def capture(self, payment: Payment) -> Outcome:
        """Have what the merchant asked for taken of what is held."""
        order = payment.captures.order
        assert order is not None, "nothing is taken that nobody asked for"
        provider = await self._provider(payment)
        return await provider.capture(
            _reference(payment),
            order.amount,
            final=order.final,
            idempotency_key=payment.capture_key(order.number),
        )

    async def kept_method(self, payment: Payment) -> KeptMethod | None:
        """Ask which payment method was kept of a payment that succeeded."""
        return await (await self._provider(payment)).kept_method(_reference(payment))

    async def payment_of(self, notice: Notice, reference: str) -> UUID | None:
        """Ask which payment of ours an object belongs to, at the account that told of it."""
        organization = await self._organizations.glance(notice.organization_id)
        named = await self._providers.of(organization.accounts[notice.account_id]).payment_of(reference)
        try:
            return ids.inside("payment", named or "")
        except NotFound:
            return None

    async def taken_back(self, payment: Payment) -> tuple[RefundReport | DisputeReport, ...]:
        """Ask for all that was taken back of the payment."""
        return await (await self._provider(payment)).taken_back(_reference(payment))

    async def lookup_dispute(self, payment: Payment, reference: str) -> DisputeReport | None:
        """Ask where a dispute of the payment stands."""
        return await (await self._provider(payment)).lookup_dispute(reference)

    async def _provider(self, payment: Payment) -> Provider:
        organization = await self._organizations.glance(payment.charge.organization_id)
        return self._providers.of(organization.accounts[payment.charge.provider_account])


def _reference(payment: Payment) -> str:
    assert payment.reference is not None, "the reference is recorded before anything is asked about it"
    return payment.reference
