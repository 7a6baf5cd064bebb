"""What stands in for Stripe in tests and benchmarks behaves as Stripe does where it matters."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web

from ledger.adapters.stripe import Limits, StripeProvider, open_transport
from ledger.adapters.stripe.parameters import API_VERSION
from ledger.application.provider import Cancelled, Captured, ProviderRefused, ProviderUnreachable, Unconfirmed
from ledger.domain.money import Money
from ledger.runtime.devstack import Server
from tests.support.fault_proxy import fault_proxy
from tests.support.instant_stripe import InstantStripe, instant_stripe
from tests.support.stripe_world import SECRET_KEY

AMOUNT = Money(500, "JPY")


@pytest.fixture
async def instant() -> AsyncIterator[InstantStripe]:
    async with instant_stripe() as server:
        yield server


async def test_the_instant_stand_in_charges_each_key_once(instant: InstantStripe) -> None:
    async with open_transport() as transport:
        provider = StripeProvider(SECRET_KEY, transport, api_url=instant.url)
        parameters = provider.parameters(payment_id="pay_1", amount=AMOUNT, payment_method="pm_card_visa")
        opened = await asyncio.gather(*(provider.open(parameters, idempotency_key="1:open") for _ in range(5)))
        reference = opened[0]
        assert set(opened) == {reference}
        assert await provider.lookup(reference) == Unconfirmed()
        captured = Captured(reference, 500, "JPY")
        for key in ("1:confirm", "1:confirm", "2:confirm"):
            assert await provider.confirm(reference, idempotency_key=key) == captured
        assert await provider.lookup(reference) == captured
        assert await provider.cancel(reference, idempotency_key="1:cancel") == captured
        with pytest.raises(ProviderRefused):
            await provider.open(parameters | {"amount": "501"}, idempotency_key="1:open")
    assert instant.charges == 1


async def test_the_instant_stand_in_cancels(instant: InstantStripe) -> None:
    async with open_transport() as transport:
        provider = StripeProvider(SECRET_KEY, transport, api_url=instant.url)
        parameters = provider.parameters(payment_id="pay_1", amount=AMOUNT, payment_method="pm_card_visa")
        reference = await provider.open(parameters, idempotency_key="1:open")
        assert await provider.cancel(reference, idempotency_key="1:cancel") == Cancelled()
    assert instant.charges == 0


async def test_the_fault_proxy_is_driven_over_http(stripe_url: str) -> None:
    """Another process drives it so: `ledger demo`, or a test that kills workers."""
    headers = {"Authorization": f"Bearer {SECRET_KEY}", "Idempotency-Key": "k"}
    card = {"amount": "100", "currency": "eur", "payment_method": "pm_card_visa", "metadata[payment_id]": "pay_1"}
    async with ClientSession(stripe_url) as client:
        fault = {"mishap": "answer", "path": "/payment_intents$", "status": 429, "count": 1}
        assert (await client.post("/_faults", json=fault)).status == 204
        assert (await client.post("/v1/payment_intents", data=card, headers=headers)).status == 429
        opened = await (await client.post("/v1/payment_intents", data=card, headers=headers)).json()
        confirm = f"/v1/payment_intents/{opened['id']}/confirm"
        first = await client.post(confirm, headers=headers | {"Idempotency-Key": "c"})
        again = await client.post(confirm, headers=headers | {"Idempotency-Key": "c"})
        assert (again.status, await again.read()) == (200, await first.read())
        assert again.headers["Idempotent-Replayed"] == "true"
        assert await (await client.get("/_charges")).json() == {"pay_1": [opened["id"]]}
        calls = await (await client.get("/_calls")).json()
        assert [(call["status"], call["reached"], call["replayed"]) for call in calls] == [
            (429, False, False),
            (200, True, False),
            (200, True, False),
            (200, False, True),
        ]
        assert [fault["made"] for fault in await (await client.get("/_faults")).json()] == [1]
        for control in ("faults", "calls", "keys"):
            assert (await client.delete(f"/_{control}")).status == 204
        assert await (await client.get("/_calls")).json() == []


async def test_every_request_names_the_version_its_parameters_are_written_for() -> None:
    seen: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.headers["Stripe-Version"])
        return web.json_response({"id": "pi_1", "status": "processing"})

    async with serving(answer) as url, open_transport() as transport:
        await StripeProvider(SECRET_KEY, transport, api_url=url).lookup("pi_1")
    assert seen == [API_VERSION]


@pytest.mark.parametrize(
    "response",
    [
        lambda: web.Response(text="<html>Welcome to the hotel's Wi-Fi</html>", content_type="text/html"),
        lambda: web.Response(text="{}", content_type="application/json"),
        lambda: web.Response(text="[]", content_type="application/json"),
        lambda: web.Response(text='{"id": 5, "status": {}}', content_type="application/json"),
        lambda: web.Response(body=b"\xff\xfe", content_type="application/json"),
        lambda: web.Response(body=b" " * (5 * 1024 * 1024), content_type="application/json"),
        lambda: web.Response(status=302, headers={"Location": "/elsewhere"}),
        lambda: web.Response(status=500, text="<html>", content_type="text/html"),
    ],
)
async def test_whatever_else_answers_the_outcome_is_unknown(response: Callable[[], web.Response]) -> None:
    """CONS-6."""

    async def answer(request: web.Request) -> web.Response:
        assert request.path != "/elsewhere"
        return response()

    async with serving(answer) as url, open_transport(Limits(total_s=5.0)) as transport:
        provider = StripeProvider(SECRET_KEY, transport, api_url=url)
        with pytest.raises(ProviderUnreachable):
            await provider.open({"amount": "1"}, idempotency_key="1:open")
        with pytest.raises(ProviderUnreachable):
            await provider.confirm("pi_1", idempotency_key="1:confirm")
        with pytest.raises(ProviderUnreachable):
            await provider.lookup("pi_1")


async def test_nobody_there_is_an_unknown_outcome() -> None:
    async with open_transport(Limits(connect_s=0.5)) as transport:
        provider = StripeProvider(SECRET_KEY, transport, api_url="http://127.0.0.1:1")
        with pytest.raises(ProviderUnreachable):
            await provider.lookup("pi_1")


@asynccontextmanager
async def serving(handler: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def stripe_url(stripe_server: Server) -> AsyncIterator[str]:
    async with fault_proxy(stripe_server.url) as proxy:
        yield proxy.url
