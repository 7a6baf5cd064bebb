"""The endpoint for providers' notifications, for each provider beside Stripe: what it is answered, and bad input."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import ClientResponse

from ledger.adapters.memory.clock import SettableClock
from ledger.application.ipn.scheme import MAX_BODY
from ledger.application.ipns import endpoint
from ledger.bootstrap import memory_ports
from ledger.domain.money import Money
from tests.api.world import OFF, World, world_over
from tests.application.ipn.notifications import SECRETS, adyen_item, hex_header
from tests.support import hook_bodies
from tests.support.hook_bodies import NAMES, Headers, connect, gocardless_event

PRICE = Money(1999, "EUR")
PROVIDERS = sorted(NAMES)
REFUSED = {"adyen": 404, "gocardless": 498, "mollie": 404}
GOOD = {
    "adyen": (hook_bodies.adyen(adyen_item()), 200, b"[accepted]"),
    "gocardless": (hook_bodies.gocardless([gocardless_event(1), gocardless_event(2)]), 204, b""),
    "mollie": (
        (b'{"id":"event_1","type":"sales-invoice.paid","entityId":"inv_1"}', []),
        200,
        b"",
    ),
}


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with world_over(memory_ports(SettableClock()), limits=replace(OFF, rejection_s=0.0)) as world:
        await world.settle_in()
        for provider in PROVIDERS:
            await connect(world.ledger, world.organization_id, provider)
        yield world


async def send(world: World, provider: str, body: tuple[bytes, Headers], account: str = "") -> ClientResponse:
    path = f"/hooks/{provider}/{endpoint(world.organization_id, account or NAMES[provider])}"
    raw, headers = body
    return await world.client.post(path, data=io.BytesIO(raw), headers=headers)


def signed(provider: str, raw: bytes) -> Headers:
    """Return the header that signs a whole body; Adyen has one, too."""
    if provider == "adyen":
        return []
    name = {"gocardless": "Webhook-Signature", "mollie": "X-Mollie-Signature"}[provider]
    return hex_header(name, raw, SECRETS[provider])


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_each_provider_is_answered_in_its_own_way(world: World, provider: str) -> None:
    """IPN-8, IPN-9."""
    (raw, headers), status, text = GOOD[provider]
    for _ in range(2):
        answer = await send(world, provider, (raw, headers or signed(provider, raw)))
        assert (answer.status, await answer.read()) == (status, text)


async def test_a_hint_about_what_the_provider_does_not_know_is_taken_and_leaves_nothing(world: World) -> None:
    """IPN-14."""
    before = await world.events()
    answer = await send(world, "mollie", hook_bodies.mollie_hint("tr_nobody"))
    assert (answer.status, await world.events()) == (200, before)


async def test_a_hint_that_cannot_be_confirmed_is_asked_for_again(world: World) -> None:
    """IPN-8."""
    reference = await opened(world)
    world.provider.key_accepted = False
    answer = await send(world, "mollie", hook_bodies.mollie_hint(reference))
    assert (answer.status, (await answer.json())["code"]) == (503, "hint_unconfirmed")


async def opened(world: World) -> str:
    """Return the name, of the form of Mollie's, of an intent that the provider in memory knows."""
    parameters = world.provider.parameters(payment_id="pay_1", amount=PRICE, payment_method="pm_card_visa")
    reference = await world.provider.open(parameters, idempotency_key="open")
    world.provider._intents["tr_1"] = world.provider._intents[reference]
    return "tr_1"


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_what_is_forged_or_for_nobody_reads_alike_and_leaves_nothing(world: World, provider: str) -> None:
    """IPN-7."""
    before = await world.events()
    raw = b'{"events":[]}'
    forged = {
        "adyen": hook_bodies.adyen(adyen_item(key="AB" * 32)),
        "gocardless": (raw, hex_header("Webhook-Signature", raw, "wrong")),
        "mollie": (raw, hex_header("X-Mollie-Signature", raw, "wrong")),
    }[provider]
    answers = [await send(world, provider, forged), await send(world, provider, forged, account="nobody")]
    said = [{**await answer.json(), "request_id": ""} for answer in answers]
    assert [answer.status for answer in answers] == [REFUSED[provider]] * 2
    assert said[0] == said[1]
    assert await world.events() == before


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"\xff\xfe",
        b"[" * 5_000,
        b'{"events":' + b"[" * 5_000,
        b'{"events":[{"id":"EV1"',
        b'{"events":[],"events":[]}',
        b'{"id":"a","id":"b","type":"x"}',
        b'{"events":NaN,"type":NaN}',
        b'{"notificationItems":[{"NotificationRequestItem":{"amount":{"value":NaN}}}]}',
        b'{"notificationItems":[]}',
        b'{"events":' + b"[" + b"1," * 250 + b"1]}",
        b" " * (MAX_BODY + 1),
        b" " * (10 * 1024 * 1024),
    ],
    ids=lambda raw: f"{raw[:20]!r}...{len(raw)}",
)
async def test_no_body_whatsoever_gets_through_or_breaks_anything(world: World, provider: str, raw: bytes) -> None:
    """IPN-1, IPN-7: signed or not, what cannot be read is refused."""
    before = await world.events()
    for headers in (signed(provider, raw), []):
        answer = await send(world, provider, (raw, headers))
        assert 400 <= answer.status < 499, await answer.text()
    assert await world.events() == before


@pytest.mark.parametrize("provider", ["gocardless", "mollie"])
async def test_headers_that_are_missing_repeated_or_strange_are_refused(world: World, provider: str) -> None:
    before = await world.events()
    (raw, headers), _, _ = GOOD[provider]
    name, value = (headers or signed(provider, raw))[0]
    for strange in ([], [(name, value)] * 5, [(name, "é")], [(name, "")]):
        answer = await send(world, provider, (raw, strange))
        assert answer.status in {400, REFUSED[provider]}
    assert await world.events() == before


@pytest.mark.parametrize("changes", [{"merchantAccountCode": "Hats"}, {"success": "perhaps"}, {"amount": None}])
async def test_an_item_for_another_account_or_of_another_form_is_refused(
    world: World, changes: dict[str, object]
) -> None:
    """IPN-4, IPN-17."""
    before = await world.events()
    item = adyen_item() | changes
    answer = await send(world, "adyen", hook_bodies.adyen(item))
    assert answer.status in {400, 404}
    assert (await send(world, "adyen", hook_bodies.adyen(adyen_item(), live="true"))).status == 400
    assert await world.events() == before
