"""A whole ledger in memory with one merchant in it, for tests of what can be asked."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.provider import MemoryProvider, MemoryProviders
from ledger.application.checkouts import Begun
from ledger.application.organizations import Principal
from ledger.bootstrap import Ledger, Ports, assemble, memory_ports
from ledger.domain.money import Money
from ledger.domain.organization import ProviderAccount
from ledger.domain.session import Line, Terms
from ledger.domain.values import Mode
from tests.support.examples import NOW

CARD = "pm_card"
ACCOUNT = ProviderAccount("acct_1", "stripe", Mode.TEST, "STRIPE_SECRET_KEY", "pk_test_1")


@dataclass
class World:
    """A ledger, its clock, the provider behind it, and a merchant that calls."""

    ledger: Ledger
    clock: SettableClock
    provider: MemoryProvider
    merchant: Principal

    def terms(self, **changes: object) -> Terms:
        """Return terms of 19.99 EUR that expire in an hour, but for `changes`."""
        terms = Terms(
            organization_id=self.merchant.organization_id,
            mode=self.merchant.mode,
            amount=Money(1999, "EUR"),
            lines=(Line("Blue shirt", 1, Money(1999, "EUR")),),
            expires_at=self.clock.now() + timedelta(hours=1),
            provider_account=ACCOUNT.account_id,
        )
        return replace(terms, **changes)  # type: ignore[arg-type]

    async def opened(self, key: str = "order-1", body: Mapping[str, object] | None = None, **changes: object) -> UUID:
        """Open a checkout and return its id."""
        begun = await self.ledger.checkouts.open(
            self.merchant, self.terms(**changes), key=key, body=body or {"amount": 1999}
        )
        return begun.stream_id

    async def pay(self, checkout_id: UUID, key: str = "click-1", method: str = CARD) -> Begun:
        """Initiate a payment."""
        return await self.ledger.payments.initiate(
            checkout_id, payment_method=method, key=key, body={"payment_method": method}
        )

    async def topics(self) -> list[str]:
        """Return the topics of everything recorded since the merchant joined, in order."""
        events = await self.ledger.recorder.select_notifications(1, 10_000)
        return [event.topic for event in events if not event.topic.startswith("organization.")]


@asynccontextmanager
async def opened_world(ports: Ports | None = None) -> AsyncIterator[World]:
    """Open a ledger in memory, register a merchant and connect it to a provider."""
    clock = SettableClock(NOW)
    provider = MemoryProvider()
    ports = ports or replace(memory_ports(clock), providers=MemoryProviders(provider))
    ledger = assemble(ports, name="test")
    async with ledger.recorder:
        organization_id = await ledger.organizations.register("Shirts & Co")
        key = await ledger.organizations.issue_key(organization_id, Mode.TEST, "till")
        await ledger.organizations.connect(organization_id, ACCOUNT)
        yield World(ledger, clock, provider, await ledger.organizations.authenticate(key))
