"""What a merchant does with money that is held: take it, or let go of it."""

from collections.abc import Callable, Mapping
from uuid import UUID

from ledger.application.capabilities import Capabilities
from ledger.application.checkouts import Begun
from ledger.application.context import acting
from ledger.application.idempotency import request_of
from ledger.application.organizations import Principal
from ledger.application.provider import ProviderRefused, Providers
from ledger.application.repository import Repository, deciding
from ledger.domain.capturing import CaptureUnsupported
from ledger.domain.charge import PaymentStatus
from ledger.domain.checkout import Checkout
from ledger.domain.errors import NotFound
from ledger.domain.money import Money
from ledger.domain.organization import Organization
from ledger.domain.payment import Payment
from ledger.domain.values import Request


class Holds:
    """Captures and cancellations, each once per idempotency key: the payment's own events are their record."""

    def __init__(self, repository: Repository, providers: Providers) -> None:
        """Keep payments in `repository`; ask `providers` what they can do."""
        self._repository = repository
        self._providers = providers

    async def capture(
        self,
        payment_id: UUID,
        principal: Principal,
        *,
        amount: Money | None,
        final: bool,
        key: str,
        body: Mapping[str, object],
    ) -> Begun:
        """Ask for `amount`, or all that is held; unless `final`, the rest stays held (PAY-2).

        Raises `NotFound`, `IdempotencyKeyReused`, `PaymentNotAuthorized`, `PaymentProcessing` while the provider is
        being asked for another part, `CaptureExceedsAuthorized` and its kin, `CaptureUnsupported`.
        """

        def ask(payment: Payment, request: Request, able: Capabilities) -> bool:
            earlier = payment.captures.asked_for(request.key)
            if earlier is not None:
                earlier.request.require_same(request)
                return False
            wanted = payment.room_to_capture(amount)
            if not _can(able, wanted.minor == payment.capturable.minor, final=final):
                raise CaptureUnsupported
            payment.request_capture(wanted, final=final or wanted == payment.capturable, request=request)
            return True

        return await self._once(payment_id, principal, key, body, ask)

    async def cancel(self, payment_id: UUID, principal: Principal, *, key: str, body: Mapping[str, object]) -> Begun:
        """Call a payment off, and let go of what is held.

        Raises `NotFound`, `IdempotencyKeyReused`, `PaymentNotCancellable` for one that is final, `PaymentProcessing`
        while a provider has it in hand.
        """

        def ask(payment: Payment, request: Request, _: Capabilities) -> bool:
            earlier = payment.cancel_request
            if earlier is not None and earlier.key == request.key:
                earlier.require_same(request)
                return False
            payment.request_cancel(request)
            return True

        return await self._once(payment_id, principal, key, body, ask)

    async def refuse_capture(self, payment_id: UUID, number: int, refusal: ProviderRefused) -> None:
        """Record that the provider would not take the part of that number; it holds what it held."""

        async def decide() -> None:
            payment = await self._repository.recall(Payment, payment_id)
            payment.refuse_capture(number, refusal.code, refusal.detail)
            with acting(tenant=payment.charge.organization_id):
                await self._repository.save(payment)

        await deciding(decide)

    async def _once(
        self,
        payment_id: UUID,
        principal: Principal,
        key: str,
        body: Mapping[str, object],
        ask: Callable[[Payment, Request, Capabilities], bool],
    ) -> Begun:
        async def decide() -> Begun:
            payment = await self._repository.recall(Payment, payment_id)
            charge = payment.charge
            if (charge.organization_id, charge.mode) != (principal.organization_id, principal.mode):
                raise NotFound
            organization = await self._repository.glance(Organization, charge.organization_id)
            able = self._providers.of(organization.accounts[charge.provider_account]).capabilities
            if not ask(payment, request_of(organization.id_salt, key, body), able):
                return Begun(payment_id, None, replayed=True)
            changed: list[Payment | Checkout] = [payment]
            if payment.status is PaymentStatus.CANCELLED:
                checkout = await self._repository.recall(Checkout, charge.checkout_id)
                checkout.reopen(payment_id, "cancelled")
                changed.append(checkout)
            with acting(tenant=organization.id):
                position = await self._repository.save(*changed)
            return Begun(payment_id, position, replayed=False)

        return await deciding(decide)


def _can(able: Capabilities, is_all: bool, *, final: bool) -> bool:  # noqa: FBT001 - it reads as a sentence
    if is_all:
        return able.separate_capture
    return able.partial_capture and (final or able.multi_capture)
