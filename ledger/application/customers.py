"""Customers: making one once per idempotency key, and keeping what may be charged later."""

from collections.abc import Mapping
from uuid import UUID

from eventsourcing.persistence import IntegrityError

from ledger.application import ids
from ledger.application.checkouts import Begun
from ledger.application.context import acting
from ledger.application.idempotency import request_of
from ledger.application.organizations import Principal
from ledger.application.repository import Repository, deciding
from ledger.domain.customer import Customer, CustomerTerms, SavedMethod
from ledger.domain.errors import NotFound
from ledger.domain.organization import Organization
from ledger.domain.values import Personal


class Customers:
    """The customers of this ledger."""

    def __init__(self, repository: Repository) -> None:
        """Keep customers in `repository`."""
        self._repository = repository

    async def register(
        self,
        principal: Principal,
        *,
        email: Personal | None,
        name: Personal | None,
        key: str,
        body: Mapping[str, object],
    ) -> Begun:
        """Make a customer, once per (organization, mode, API key, idempotency key) (IDEM-7).

        Raises `IdempotencyKeyReused` if the key was used with another `body`.
        """
        organization = await self._repository.glance(Organization, principal.organization_id)
        salt = organization.id_salt
        customer_id = ids.derived(salt, "customer", principal.mode.value, principal.key_id, key)
        request = request_of(salt, key, body)
        terms = CustomerTerms(principal.organization_id, principal.mode, email, name)
        with acting(tenant=principal.organization_id):
            try:
                position = await self._repository.save(Customer.register(customer_id, terms, request))
            except IntegrityError:
                first = await self._repository.get(Customer, customer_id)
                first.request.require_same(request)
                return Begun(customer_id, None, replayed=True)
        return Begun(customer_id, position, replayed=False)

    async def get(self, customer_id: UUID, principal: Principal) -> Customer:
        """Return the customer; raise `NotFound` if there is none or it belongs to somebody else than `principal`."""
        customer = await self._repository.get(Customer, customer_id)
        if (customer.terms.organization_id, customer.terms.mode) != (principal.organization_id, principal.mode):
            raise NotFound
        return customer

    async def save_method(self, customer_id: UUID, principal: Principal, method: SavedMethod) -> int | None:
        """Record a payment method that the provider keeps; again is harmless. Raises `TooManyMethods`."""

        async def decide() -> int | None:
            customer = await self.get(customer_id, principal)
            customer.save_method(method)
            return await self._repository.save(customer)

        with acting(tenant=principal.organization_id):
            return await deciding(decide)

    async def remove_method(self, customer_id: UUID, principal: Principal, reference: str) -> int | None:
        """Record that a payment method may not be charged any more; again is harmless."""

        async def decide() -> int | None:
            customer = await self.get(customer_id, principal)
            customer.remove_method(reference)
            return await self._repository.save(customer)

        with acting(tenant=principal.organization_id):
            return await deciding(decide)
