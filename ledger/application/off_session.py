"""Charging a payment method that was saved, while its customer is away: once per idempotency key, in one append."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from eventsourcing.persistence import IntegrityError

from ledger.application import ids
from ledger.application.checkouts import Begun
from ledger.application.clock import Clock
from ledger.application.context import acting
from ledger.application.idempotency import request_of
from ledger.application.organizations import Principal
from ledger.application.provider import Providers
from ledger.application.repository import Repository
from ledger.application.tax.taxing import Taxing
from ledger.domain.aggregate import Aggregate
from ledger.domain.charge import Charge, CustomerPart
from ledger.domain.checkout import LONGEST, Checkout
from ledger.domain.customer import Customer, SavedMethod
from ledger.domain.errors import NotFound
from ledger.domain.money import AmountOutOfRange, Money
from ledger.domain.organization import Organization
from ledger.domain.payment import Payment
from ledger.domain.session import Line, Terms
from ledger.domain.tax.billing import Billing, BillingMissing
from ledger.domain.tax.location import LocationEvidence
from ledger.domain.values import Request


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be paid for by whom, and with which of their payment methods.

    Without a `billing` it is billed as the purchase was that saved the payment method.
    """

    customer_id: UUID
    method_id: UUID
    amount: Money
    merchant_reference: str | None
    metadata: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...] = ()
    location: tuple[LocationEvidence, ...] = ()
    automatic_tax: bool | None = None
    billing: Billing | None = None


@dataclass(frozen=True, slots=True)
class _New:
    """The ids of the payment and of its checkout."""

    payment_id: UUID
    checkout_id: UUID


class OffSession:
    """Payments whose customers are away. Each has a checkout of its own, on whose page they can still act."""

    def __init__(self, repository: Repository, taxing: Taxing, providers: Providers, clock: Clock) -> None:
        """Keep payments and their checkouts in `repository`, to be charged through `providers`, taxed by `taxing`."""
        self._repository = repository
        self._taxing = taxing
        self._providers = providers
        self._clock = clock

    async def initiate(self, principal: Principal, order: Order, *, key: str, body: Mapping[str, object]) -> Begun:
        """Begin the one payment of (organization, mode, API key, idempotency key) (IDEM-7), with its checkout.

        The tax is decided in the same append, for where the customer is known to be. Raises `NotFound`,
        `MethodNotSaved`, `IdempotencyKeyReused`, `AmountOutOfRange`, `BillingMissing`, and what `Taxing.bill` does.
        """
        organization = await self._repository.glance(Organization, principal.organization_id)
        salt, whose = organization.id_salt, (principal.mode.value, principal.key_id, key)
        new = _New(ids.derived(salt, "off_session", *whose), ids.derived(salt, "off_session_checkout", *whose))
        request = request_of(salt, key, body)
        first = await self._repository.find(Payment, new.payment_id)
        if first is None:
            begun = await self._begun(principal, order, organization, new, request)
            try:
                with acting(tenant=organization.id):
                    position = await self._repository.save(*begun)
                return Begun(new.payment_id, position, replayed=False)
            except IntegrityError:
                first = await self._repository.get(Payment, new.payment_id)
        first.request.require_same(request)
        return Begun(new.payment_id, None, replayed=True)

    async def _begun(
        self,
        principal: Principal,
        order: Order,
        organization: Organization,
        new: _New,
        request: Request,
    ) -> tuple[Aggregate, ...]:
        customer = await self._repository.get(Customer, order.customer_id)
        if (customer.terms.organization_id, customer.terms.mode) != (principal.organization_id, principal.mode):
            raise NotFound
        method = customer.method(order.method_id)
        if order.amount.minor == 0:
            raise AmountOutOfRange
        terms = self._terms(order, customer, method)
        is_taxed = await self._taxing.is_automatic(organization.id, principal.mode, asked=order.automatic_tax)
        terms = replace(terms, automatic_tax=is_taxed)
        checkout = Checkout.open(new.checkout_id, terms, request, now=self._clock.now())
        evidence = await self._taxing.bill(checkout, await self._billing(order, method)) if is_taxed else ()
        checkout.start(new.payment_id, now=self._clock.now())
        charge = self._charge(order, organization, method, new)
        return Payment.initiate(new.payment_id, charge, request), *evidence, checkout

    async def _billing(self, order: Order, method: SavedMethod) -> Billing:
        if order.billing is not None:
            return order.billing
        payment = await self._repository.glance(Payment, method.payment_id)
        billing = (await self._repository.glance(Checkout, payment.charge.checkout_id)).billing
        if billing is None:
            raise BillingMissing
        return billing

    def _terms(self, order: Order, customer: Customer, method: SavedMethod) -> Terms:
        return Terms(
            organization_id=customer.terms.organization_id,
            mode=customer.terms.mode,
            amount=order.amount,
            lines=order.lines,
            expires_at=self._clock.now() + LONGEST,
            provider_account=method.account_id,
            merchant_reference=order.merchant_reference,
            customer_email=customer.terms.email,
            metadata=order.metadata,
            customer_id=customer.id,
            location=order.location,
        )

    def _charge(self, order: Order, organization: Organization, method: SavedMethod, new: _New) -> Charge:
        account = organization.accounts[method.account_id]
        provider = self._providers.of(account)
        parameters = provider.parameters(
            payment_id=ids.outside("payment", new.payment_id), amount=order.amount, payment_method=method.reference
        )
        return Charge(
            checkout_id=new.checkout_id,
            organization_id=organization.id,
            mode=account.mode,
            amount=order.amount,
            provider=account.provider,
            provider_account=account.account_id,
            parameters=tuple(provider.charging_kept(parameters, held_by=method.held_by).items()),
            customer=CustomerPart(order.customer_id, off_session=True, consented_at=method.consented_at),
        )
