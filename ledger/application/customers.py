"""Customers: making one once per idempotency key, and keeping what may be charged later."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from eventsourcing.persistence import IntegrityError

from ledger.application import ids
from ledger.application.checkouts import Begun
from ledger.application.context import acting
from ledger.application.idempotency import request_of
from ledger.application.keeping import KeptMethod
from ledger.application.organizations import Principal
from ledger.application.repository import Repository, deciding
from ledger.domain.customer import Customer, CustomerTerms, SavedMethod
from ledger.domain.errors import NotFound
from ledger.domain.organization import Organization
from ledger.domain.payment import Payment
from ledger.domain.values import Personal


@dataclass(frozen=True, slots=True)
class Person:
    """What a merchant says of a customer; each of it only if they want to."""

    email: Personal | None
    name: Personal | None


class Customers:
    """The customers of this ledger."""

    def __init__(self, repository: Repository) -> None:
        """Keep customers in `repository`."""
        self._repository = repository

    async def register(self, principal: Principal, person: Person, *, key: str, body: Mapping[str, object]) -> Begun:
        """Make a customer, once per (organization, mode, API key, idempotency key) (IDEM-7).

        Raises `IdempotencyKeyReused` if the key was used with another `body`.
        """
        organization = await self._repository.glance(Organization, principal.organization_id)
        salt = organization.id_salt
        customer_id = ids.derived(salt, "customer", principal.mode.value, principal.key_id, key)
        request = request_of(salt, key, body)
        terms = CustomerTerms(principal.organization_id, principal.mode, person.email, person.name)
        with acting(tenant=principal.organization_id):
            try:
                position = await self._repository.save(Customer.register(customer_id, terms, request))
            except IntegrityError:
                first = await self._repository.get(Customer, customer_id)
                first.request.require_same(request)
                return Begun(customer_id, None, replayed=True)
        return Begun(customer_id, position, replayed=False)

    async def get(self, customer_id: UUID, principal: Principal | None = None) -> Customer:
        """Return the customer; raise `NotFound` if there is none or it belongs to somebody else than `principal`."""
        customer = await self._repository.get(Customer, customer_id)
        if principal and (customer.terms.organization_id, customer.terms.mode) != (
            principal.organization_id,
            principal.mode,
        ):
            raise NotFound
        return customer

    async def keep(self, payment: Payment, kept: KeptMethod) -> None:
        """Record what the provider kept of a payment; again is harmless. Raises `TooManyMethods`."""
        part, charge = payment.charge.customer, payment.charge
        assert part is not None, "a method is kept for somebody"
        organization = await self._repository.glance(Organization, charge.organization_id)
        method = SavedMethod(
            method_id=ids.derived(organization.id_salt, "saved_method", charge.provider_account, kept.reference),
            provider=charge.provider,
            account_id=charge.provider_account,
            held_by=kept.held_by,
            reference=kept.reference,
            shown=kept.shown,
            payment_id=payment.id,
            consented_at=part.consented_at,
        )
        await self._change(part.customer_id, None, lambda customer: customer.save_method(method))

    async def remove_method(self, customer_id: UUID, principal: Principal, method_id: UUID) -> int | None:
        """Record that a payment method may not be charged any more; again is harmless. Raises `MethodNotSaved`."""
        return await self._change(customer_id, principal, lambda customer: customer.remove_method(method_id))

    async def _change(
        self, customer_id: UUID, principal: Principal | None, change: Callable[[Customer], None]
    ) -> int | None:
        async def decide() -> int | None:
            customer = await self.get(customer_id, principal)
            change(customer)
            with acting(tenant=customer.terms.organization_id):
                return await self._repository.save(customer)

        return await deciding(decide)
