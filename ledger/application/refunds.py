"""Refunds: requested once per idempotency key, or adopted from the provider; and applying what the provider says."""

import asyncio
from collections.abc import Callable, Mapping
from uuid import UUID
from weakref import WeakValueDictionary

from ledger.application import ids
from ledger.application.checkouts import Begun
from ledger.application.context import acting
from ledger.application.idempotency import request_of
from ledger.application.organizations import Principal
from ledger.application.provider import (
    Providers,
    RefundCancelled,
    RefundFailed,
    RefundOutcome,
    RefundPending,
    RefundSucceeded,
)
from ledger.application.refund_report import RefundReport
from ledger.application.repository import Repository, deciding
from ledger.domain.errors import NotFound
from ledger.domain.money import Money
from ledger.domain.organization import Organization
from ledger.domain.payment import Payment
from ledger.domain.refund import Refund
from ledger.domain.refunding import RefundTerms


class Refunds:
    """The refunds of this ledger."""

    def __init__(self, repository: Repository, providers: Providers) -> None:
        """Keep refunds in `repository`, make them through `providers`."""
        self._repository = repository
        self._providers = providers
        self._one_by_one: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    async def request(
        self,
        payment_id: UUID,
        principal: Principal,
        *,
        amount: Money | None,
        reason: str | None,
        key: str,
        body: Mapping[str, object],
    ) -> Begun:
        """Request the one refund of (payment, key), of `amount` or of all that is left.

        `refund.requested` and the payment's `payment.refund_reserved` are one append, so that the version of the
        payment's stream decides between any number of them (PAY-4). Raises `NotFound`, `IdempotencyKeyReused`,
        `PaymentNotCaptured`, `RefundExceedsCaptured`, `RefundCurrencyDiffers`, `RefundsTooMany`.
        """

        async def decide() -> Begun:
            payment = await self._repository.recall(Payment, payment_id)
            charge = payment.charge
            if (charge.organization_id, charge.mode) != (principal.organization_id, principal.mode):
                raise NotFound
            organization = await self._repository.glance(Organization, charge.organization_id)
            refund_id = ids.derived(organization.id_salt, "refund", payment_id.hex, key)
            request = request_of(organization.id_salt, key, body)
            first = await self._repository.presume(Refund, refund_id)
            if first is not None:
                assert first.request is not None, "no adopted refund has an id that is made of a key"
                first.request.require_same(request)
                return Begun(refund_id, None, replayed=True)
            held = payment.reserve_refund(refund_id, amount)
            terms = self._terms(payment, organization, refund_id, held, reason)
            with acting(tenant=organization.id):
                position = await self._repository.save(payment, Refund.make(refund_id, terms, request))
            return Begun(refund_id, position, replayed=False)

        # The append is what decides; waiting for each other here only saves this process from deciding in vain.
        async with self._one_by_one.setdefault(payment_id, asyncio.Lock()):
            return await deciding(decide)

    def _terms(
        self, payment: Payment, organization: Organization, refund_id: UUID, amount: Money, reason: str | None
    ) -> RefundTerms:
        charge = payment.charge
        # Some providers know what was paid by another name than what was opened.
        reference = payment.captured_as or payment.reference
        assert reference is not None, "what was captured has a reference"
        parameters = self._providers.of(organization.accounts[charge.provider_account]).refund_parameters(
            refund_id=ids.outside("refund", refund_id), reference=reference, amount=amount
        )
        return RefundTerms(
            payment_id=payment.id,
            organization_id=organization.id,
            mode=charge.mode,
            amount=amount,
            reason=reason,
            provider=charge.provider,
            provider_account=charge.provider_account,
            parameters=tuple(parameters.items()),
        )

    async def get(self, refund_id: UUID) -> Refund:
        """Return the refund or raise `NotFound`."""
        return await self._repository.get(Refund, refund_id)

    async def find_adopted(self, payment: Payment, reference: str) -> Refund | None:
        """Return the refund of a payment that was adopted under the provider's `reference`, None if none was."""
        organization = await self._repository.glance(Organization, payment.charge.organization_id)
        return await self._repository.find(Refund, _adopted_id(organization, payment, reference))

    async def adopt(self, payment_id: UUID, report: RefundReport) -> Refund:
        """Record a refund that was made at the provider's own desk, once however often it is told (IPN-9).

        It counts against what was captured even if it exceeds that, since the money is gone; one that came to
        nothing holds nothing. Everything is one append.
        """

        async def decide() -> Refund:
            payment = await self._repository.recall(Payment, payment_id)
            organization = await self._repository.glance(Organization, payment.charge.organization_id)
            refund_id = _adopted_id(organization, payment, report.reference)
            refund = await self._repository.presume(Refund, refund_id)
            if refund is None:
                refund = Refund.adopt(refund_id, _adopted_terms(payment, report), report.reference)
                payment.adopt_refund(refund_id, refund.terms.amount)
            _fold(report.outcome, refund)
            if refund.came_to_nothing:
                payment.release_refund(refund_id)
            with acting(tenant=organization.id):
                await self._repository.save(refund, payment)
            return refund

        return await deciding(decide)

    async def record(self, refund_id: UUID, fact: Callable[[Refund], object]) -> Refund:
        """Record one fact about a refund that concerns nothing else, and return the refund as it then is."""

        async def decide() -> Refund:
            refund = await self._repository.recall(Refund, refund_id)
            fact(refund)
            with acting(tenant=refund.terms.organization_id):
                await self._repository.save(refund)
            return refund

        return await deciding(decide)

    async def apply(self, refund_id: UUID, outcome: RefundOutcome) -> Refund:
        """Apply what the provider says; what came to nothing gives its payment back what it held, in one append."""

        async def decide() -> Refund:
            refund = await self._repository.recall(Refund, refund_id)
            _fold(outcome, refund)
            changed: list[Refund | Payment] = [refund]
            if refund.came_to_nothing:
                payment = await self._repository.recall(Payment, refund.terms.payment_id)
                payment.release_refund(refund.id)
                changed.append(payment)
            with acting(tenant=refund.terms.organization_id):
                await self._repository.save(*changed)
            return refund

        return await deciding(decide)


def _adopted_id(organization: Organization, payment: Payment, reference: str) -> UUID:
    charge = payment.charge
    return ids.derived(organization.id_salt, "adopted_refund", charge.provider, charge.provider_account, reference)


def _adopted_terms(payment: Payment, report: RefundReport) -> RefundTerms:
    charge = payment.charge
    return RefundTerms(
        payment_id=payment.id,
        organization_id=charge.organization_id,
        mode=charge.mode,
        amount=Money(report.amount_minor, report.currency),
        reason=None,
        provider=charge.provider,
        provider_account=charge.provider_account,
        parameters=(),
    )


def _fold(outcome: RefundOutcome, refund: Refund) -> None:
    match outcome:
        case RefundSucceeded(reference, amount_minor, currency):
            refund.succeed(reference, Money(amount_minor, currency))
        case RefundPending(reference):
            refund.open(reference)
        case RefundFailed(code, message):
            refund.fail(code, message)
        case RefundCancelled():
            refund.cancel()
