"""A ledger in memory behind its HTTP API, with a merchant in it and a client that talks to it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from api.app import build_app
from api.limits import PARSER, Limits
from api.peers import Network
from api.process import parts_of
from consumers.pace import Pace
from consumers.run import Consumers
from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.provider import MemoryProvider, MemoryProviders
from ledger.application import ids
from ledger.application.disputes import Disputes
from ledger.application.journal.recorder import Recorder
from ledger.application.organizations import Organizations
from ledger.application.payments import Payments
from ledger.application.provider import Outcome
from ledger.bootstrap import Ledger, Ports, assemble, memory_ports
from ledger.domain.organization import ProviderAccount
from ledger.domain.payment import Payment
from ledger.domain.values import Mode
from projections.catalogue import CHECKOUT_STATUS
from projections.opening import Projections, open_projections

ORDER: dict[str, Any] = {
    "amount": {"minor": 1999, "currency": "EUR"},
    "lines": [{"name": "Espresso cups", "quantity": 1, "unit": {"minor": 1999, "currency": "EUR"}}],
    "merchant_reference": "order-4711",
    "success_url": "https://shop.example/thanks",
    "customer_email": "ada@example.com",
    "metadata": {"basket": "b-1"},
}
PAID_BY_CARD = {"payment_method": "pm_card_visa"}
OFF = Limits(
    reads_per_key=None, writes_per_key=None, per_address=None, rejections_per_address=None, vat_per_address=None
)


@dataclass
class World:
    """One process of the ledger with one merchant, who has a key for each mode."""

    app: Application
    client: TestClient[Request, Application]
    ledger: Ledger
    projections: Projections
    hastened: list[UUID]
    organization_id: UUID = field(init=False)
    key: str = field(init=False)
    live_key: str = field(init=False)

    @property
    def recorder(self) -> Recorder:
        """The journal."""
        return self.ledger.recorder

    @property
    def organizations(self) -> Organizations:
        """The merchants."""
        return self.ledger.organizations

    @property
    def payments(self) -> Payments:
        """The payments."""
        return self.ledger.payments

    @property
    def disputes(self) -> Disputes:
        """What providers say of disputes, recorded here."""
        return self.ledger.disputes

    @property
    def clock(self) -> SettableClock:
        """The clock, of a world in memory."""
        assert isinstance(self.ledger.ports.clock, SettableClock)
        return self.ledger.ports.clock

    @property
    def provider(self) -> MemoryProvider:
        """The provider, of a world in memory."""
        assert isinstance(self.ledger.ports.providers, MemoryProviders)
        return self.ledger.ports.providers.provider

    async def settle_in(self) -> None:
        """Register the merchant."""
        self.organization_id, self.key, self.live_key = await self.another_merchant()

    async def another_merchant(self) -> tuple[UUID, str, str]:
        """Register one more merchant and return its id, its test key and its live key."""
        organization_id = await self.organizations.register("Ada's cups")
        for mode in Mode:
            account = ProviderAccount(f"acct_{mode.value}", "stripe", mode, "secret", f"pk_{mode.value}_1")
            await self.organizations.connect(organization_id, account)
        test, live = [
            await self.organizations.issue_key(organization_id, mode, "one") for mode in (Mode.TEST, Mode.LIVE)
        ]
        return organization_id, test, live

    async def events(self) -> int:
        """Count what has ever been recorded."""
        return await self.recorder.max_notification_id() or 0

    async def post(self, path: str, body: object = None, *, key: str | None = None, **headers: str) -> ClientResponse:
        """Send a POST with `body` as JSON; underscores in names of headers stand for hyphens."""
        return await self.client.post(path, json=body, headers=_headers(key, headers))

    async def get(self, path: str, *, key: str | None = None, **headers: str) -> ClientResponse:
        """Send a GET."""
        return await self.client.get(path, headers=_headers(key, headers))

    async def checkout(self, **changes: object) -> dict[str, Any]:
        """Open a checkout and return it."""
        answer = await self.post("/api/v1/checkouts", ORDER | changes, key=self.key)
        assert answer.status == 201, await answer.text()
        body: dict[str, Any] = await answer.json()
        return body

    async def pay(
        self, checkout: str, *, idempotency_key: str = "pay-1", method: str = "pm_card_visa"
    ) -> dict[str, Any]:
        """Pay a checkout and return the payment as it was accepted."""
        path, body = f"/api/v1/checkouts/{checkout}/payments", {"payment_method": method}
        answer = await self.post(path, body, Idempotency_Key=idempotency_key)
        assert answer.status == 202, await answer.text()
        accepted: dict[str, Any] = await answer.json()
        return accepted

    async def payment_of(self, checkout: str) -> str:
        """Wait until somebody pays a checkout and return the payment's id."""
        document = await self.until(checkout, lambda body: bool(body["payment_id"]))
        return str(document["payment_id"])

    async def until(self, checkout: str, predicate: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any]:
        """Wait until `predicate` is true of a checkout and return it."""
        stream_id, reader = ids.inside("checkout", checkout), self.projections.reader
        found = await reader.wait_until(
            CHECKOUT_STATUS, stream_id, lambda document: predicate(document.body), timeout_s=20
        )
        assert found is not None
        assert predicate(found.body), "it did not come to that in time"
        return found.body

    async def listed(self, path: str) -> list[dict[str, Any]]:
        """Return the newest of a list, as soon as the list knows of every event."""
        async with asyncio.timeout(10):
            while self.projections.runner.written < await self.events():  # noqa: ASYNC110  # nobody tells of it
                await asyncio.sleep(0.01)
        items: list[dict[str, Any]] = (await (await self.get(path, key=self.key)).json())["items"]
        return items

    async def charge(self, payment: str) -> Payment:
        """Do with a payment (`pay_…`) what the consumers do: open, confirm, apply."""
        payment_id = ids.inside("payment", payment)
        charge = await self.payments.get(payment_id)
        reference = await self.provider.open(dict(charge.charge.parameters), idempotency_key=charge.open_key)
        await self.payments.record(payment_id, lambda it: it.open(reference))
        await self.payments.record(payment_id, lambda it: it.request_confirmation())
        outcome = await self.provider.confirm(reference, idempotency_key=charge.confirm_key)
        return await self.apply(payment_id, outcome)

    async def apply(self, payment_id: UUID, outcome: Outcome) -> Payment:
        """Record what the provider says."""
        return await self.payments.apply(payment_id, outcome)


@asynccontextmanager
async def world_over(
    ports: Ports,
    *,
    limits: Limits = OFF,
    missing: Sequence[str] = (),
    consuming: bool = False,
    trusting: Sequence[Network] = (),
) -> AsyncIterator[World]:
    """Open one process over `ports`; nobody's work is done in it unless it is `consuming`.

    Proxies in the networks it is `trusting` are believed about countries (`X-Country`).
    """
    ledger, hastened = assemble(ports, name="test"), list[UUID]()
    consumers = Consumers(ledger, pace=Pace(relay_s=0.1, block_s=0.1))

    async def hasten(payment_id: UUID) -> None:
        hastened.append(payment_id)
        await consumers.hasten(payment_id)

    async def lacks() -> Sequence[str]:
        return missing

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(ledger.recorder)
        views = open_projections(
            recorder=ledger.recorder, pages=ports.pages, mapper=ledger.mapper, store=ports.views, clock=ports.clock
        )
        projections = await stack.enter_async_context(views)
        if consuming:
            await stack.enter_async_context(consumers)
        parts = parts_of(ledger, projections, consumers, checkout_url="https://pay.example")
        parts = replace(parts, limits=limits, hasten=hasten, missing=lacks)
        app = build_app(replace(parts, trusted_proxies=trusting, country_header="X-Country"))
        server = TestServer(app)
        await server.start_server(**PARSER)
        client = await stack.enter_async_context(TestClient(server))
        yield World(app, client, ledger, projections, hastened)


@asynccontextmanager
async def world_in_memory(
    *, limits: Limits = OFF, missing: Sequence[str] = (), consuming: bool = False
) -> AsyncIterator[World]:
    """Open a world of its own in memory, with a merchant in it."""
    ports = memory_ports(SettableClock())
    async with world_over(ports, limits=limits, missing=missing, consuming=consuming) as world:
        await world.settle_in()
        yield world


def _headers(key: str | None, headers: dict[str, str]) -> dict[str, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return named if key is None else {"Authorization": f"Bearer {key}"} | named
