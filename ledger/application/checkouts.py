"""Checkouts: opening one once per idempotency key, reading it, and closing it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from eventsourcing.persistence import IntegrityError

from ledger.application import ids
from ledger.application.clock import Clock
from ledger.application.context import acting
from ledger.application.idempotency import request_of
from ledger.application.organizations import Principal
from ledger.application.provider import Providers
from ledger.application.repository import Repository, deciding
from ledger.domain.capturing import CaptureUnsupported
from ledger.domain.charge import CaptureMethod
from ledger.domain.checkout import Checkout
from ledger.domain.customer import Customer, CustomerUnknown, SavingUnsupported, TooManyMethods
from ledger.domain.errors import NotFound
from ledger.domain.organization import Organization, ProviderAccount
from ledger.domain.session import ExpiryOutOfRange, Terms


@dataclass(frozen=True, slots=True)
class Begun:
    """What an idempotent beginning led to: the stream, and whether an earlier request had begun it."""

    stream_id: UUID
    position: int | None
    replayed: bool


class Checkouts:
    """The checkout sessions of this ledger."""

    def __init__(self, repository: Repository, providers: Providers, clock: Clock) -> None:
        """Keep checkouts in `repository`; ask `providers` what they can do; expire by `clock`."""
        self._repository = repository
        self._providers = providers
        self._clock = clock

    async def open(self, principal: Principal, terms: Terms, *, key: str, body: Mapping[str, object]) -> Begun:
        """Open a checkout, once per (organization, mode, API key, idempotency key) (IDEM-7).

        Raises `IdempotencyKeyReused` if the key was used with another `body`, `ExpiryOutOfRange`,
        `ProviderNotConnected`, `CaptureUnsupported`, `SavingUnsupported`, `CustomerUnknown`, `TooManyMethods`.
        """
        organization = await self._repository.glance(Organization, principal.organization_id)
        account = organization.account(principal.mode)
        can_hold = terms.capture_method is CaptureMethod.AUTOMATIC or self._can_hold(account)
        if not can_hold:
            raise CaptureUnsupported(provider=account.provider)
        if terms.save_payment_method and not self._providers.of(account).capabilities.saved_methods:
            raise SavingUnsupported(provider=account.provider)
        salt = organization.id_salt
        checkout_id = ids.derived(salt, "checkout", principal.mode.value, principal.key_id, key)
        request = request_of(salt, key, body)
        with acting(tenant=principal.organization_id):
            try:
                await self._require_customer(terms)
                checkout = Checkout.open(checkout_id, terms, request, now=self._clock.now())
                position = await self._repository.save(checkout)
            except (IntegrityError, ExpiryOutOfRange, TooManyMethods):
                # Asked again, even when its own expiry has come too near to open it now: the first answer stands.
                first = await self._repository.find(Checkout, checkout_id)
                if first is None:
                    raise
                first.request.require_same(request)
                return Begun(checkout_id, None, replayed=True)
        return Begun(checkout_id, position, replayed=False)

    async def _require_customer(self, terms: Terms) -> None:
        """Raise `CustomerUnknown` unless the customer of `terms` is the merchant's own, `TooManyMethods` if full."""
        if terms.customer_id is None:
            return
        customer = await self._repository.find(Customer, terms.customer_id)
        owner = (terms.organization_id, terms.mode)
        if customer is None or (customer.terms.organization_id, customer.terms.mode) != owner:
            raise CustomerUnknown
        if terms.save_payment_method and customer.is_full:
            raise TooManyMethods

    def _can_hold(self, account: ProviderAccount) -> bool:
        return self._providers.of(account).capabilities.separate_capture

    async def get(self, checkout_id: UUID, principal: Principal | None = None) -> Checkout:
        """Return the checkout; raise `NotFound` if there is none or it belongs to somebody else than `principal`."""
        checkout = await self._repository.get(Checkout, checkout_id)
        if principal and (checkout.terms.organization_id, checkout.terms.mode) != (
            principal.organization_id,
            principal.mode,
        ):
            raise NotFound
        return checkout

    async def glance(self, checkout_id: UUID, *, at_least: int = 0) -> Checkout:
        """Return the checkout as this process last knew it, no older than version `at_least`; raise `NotFound`."""
        return await self._repository.glance(Checkout, checkout_id, at_least=at_least)

    async def expire(self, checkout_id: UUID, principal: Principal) -> int | None:
        """Expire an open checkout before its time; again is harmless, a complete one refuses (CHK-2)."""

        async def decide() -> int | None:
            checkout = await self.get(checkout_id, principal)
            checkout.expire(now=self._clock.now(), early=True)
            return await self._repository.save(checkout)

        with acting(tenant=principal.organization_id):
            return await deciding(decide)

    async def cancel(self, checkout_id: UUID, principal: Principal) -> int | None:
        """Call off an open checkout; again is harmless."""

        async def decide() -> int | None:
            checkout = await self.get(checkout_id, principal)
            checkout.cancel(now=self._clock.now())
            return await self._repository.save(checkout)

        with acting(tenant=principal.organization_id):
            return await deciding(decide)

    async def expire_if_due(self, checkout_id: UUID) -> int | None:
        """Record the expiry of an open checkout whose time is up; of any other, do nothing."""

        async def decide() -> int | None:
            checkout = await self._repository.get(Checkout, checkout_id)
            if checkout.due(self._clock.now()):
                checkout.expire(now=self._clock.now())
            with acting(tenant=checkout.terms.organization_id):
                return await self._repository.save(checkout)

        return await deciding(decide)
