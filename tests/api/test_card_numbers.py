"""Card data is refused before anything keeps it, and no line of a log ever shows any."""

import io
import re
from typing import Any

import orjson
import pytest

from api.endpoint import Access, Route
from api.routes import ROUTES
from ledger.application.ipns import endpoint
from ledger.application.provider_secrets import WEBHOOK_SECRET
from ledger.application.sealing import Place
from ledger.application.secret import Secret
from ledger.runtime.logs import logged
from tests.api.world import ORDER, World
from tests.application.ipn.notifications import stripe_header
from tests.support.stripe_ipns import SIGNED_WITH, told

CHECKOUTS = "/api/v1/checkouts"
CARD, WRITTEN = "4242424242424242", "4242 4242-4242 4242"
TAKING = [route for route in ROUTES if route.endpoint.body]
PREFIXES = {"checkout": "cs", "payment": "pay", "refund": "re", "rule": "txr"}


def somewhere(route: Route) -> str:
    """Return an address of the route's, with ids in it that are well formed."""
    return re.sub(r"{(\w+)_id}", lambda found: f"{PREFIXES.get(found[1], found[1][:3])}_{0:032x}", route.path)


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


@pytest.mark.parametrize("route", TAKING, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize("card", [CARD, WRITTEN, int(CARD), [{"deep": CARD}], {WRITTEN: 1}, {"cvc": "123"}])
async def test_no_route_takes_card_data(world: World, route: Route, card: object) -> None:
    """SEC-4: whatever the field, and before its form is looked at."""
    before = await world.events()
    headers = {"Authorization": f"Bearer {world.key}"} if route.access is not Access.CUSTOMER else {}
    headers["Idempotency-Key"] = "k"
    answer = await world.client.request(route.method, somewhere(route), json={"note": card}, headers=headers)

    said = await answer.json()
    assert (answer.status, said["code"]) == (422, "card_number_refused")
    assert CARD not in digits(str(said["pointer"]))
    assert await world.events() == before


def test_every_body_is_scanned_but_those_that_are_sealed() -> None:
    """SEC-4: a route that reads its body by itself must be named here, with the reason why nothing shows it."""
    assert [route.path for route in ROUTES if route.endpoint.is_raw] == ["/hooks/{provider}/{account_id}"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"metadata": {"note": f"card {WRITTEN}"}}, "/metadata/note"),
        ({"metadata": {"cvv": "123"}}, "/metadata/cvv"),
        ({"metadata": {"Security-Code": "123"}}, "/metadata/Security-Code"),
        ({"metadata": {CARD: "x"}}, "/metadata/[card number]"),
        ({"merchant_reference": CARD}, "/merchant_reference"),
        ({"success_url": f"https://shop.example/?card={CARD}"}, "/success_url"),
        ({"customer_email": f"{CARD}@example.com"}, "/customer_email"),
        ({"lines": [ORDER["lines"][0] | {"name": WRITTEN}]}, "/lines/0/name"),
    ],
)
async def test_it_is_said_where_the_card_number_is(world: World, changes: dict[str, Any], pointer: str) -> None:
    """SEC-4."""
    before = await world.events()
    answer = await world.post(CHECKOUTS, ORDER | changes, key=world.key)
    said = await answer.json()
    assert (said["code"], said["pointer"]) == ("card_number_refused", pointer)
    assert await world.events() == before


async def test_what_is_no_card_number_is_taken(world: World) -> None:
    harmless = {"order": "2026112300001236", "phone": "+4915112345670042", "cvc_check": "pass", "cvc": ""}
    assert (await world.checkout(metadata=harmless, merchant_reference=f"pay_{CARD * 2}"))["metadata"] == harmless


async def test_a_header_that_is_kept_holds_none(world: World) -> None:
    """SEC-4: an idempotency key is refused; a request id is ours to choose anew."""
    before = await world.events()
    answer = await world.post(CHECKOUTS, ORDER, key=world.key, Idempotency_Key=CARD)
    said = await answer.json()
    assert (answer.status, said["code"], said["parameter"]) == (422, "card_number_refused", "Idempotency-Key")
    assert await world.events() == before
    answer = await world.get("/health/live", X_Request_Id=CARD)
    assert CARD not in answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    "key", ["a4111111111111111", "4111111111111111f0", "9f4111111111111111", "pay4111111111111111"]
)
async def test_a_random_key_is_not_taken_for_a_card(world: World, key: str) -> None:
    """SEC-4: of random keys one in some thousands looks like this; no payment is refused by chance."""
    order = ORDER | {"merchant_reference": key}
    answer = await world.post(CHECKOUTS, order, key=world.key, Idempotency_Key=key)
    assert answer.status == 201


@pytest.mark.parametrize("key", ["order-4111111111111111", "4111-1111-1111-1111", "x:4111111111111111:1"])
async def test_a_card_number_among_other_words_of_a_key_is_refused(world: World, key: str) -> None:
    """SEC-4."""
    answer = await world.post(CHECKOUTS, ORDER, key=world.key, Idempotency_Key=key)
    assert (answer.status, (await answer.json())["code"]) == (422, "card_number_refused")


async def test_no_line_of_a_log_shows_one_whatever_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """SEC-4: every route is sent one in its path, query, headers and body, and breaks over it."""

    async def broken(*_: object, **__: object) -> None:
        raise ValueError(f"the insides: {WRITTEN}")

    lines = io.StringIO()
    with logged("DEBUG", stream=lines):
        for route in ROUTES:
            path = re.sub(r"{\w+}", CARD, route.path)
            headers = {"Authorization": f"Bearer {world.key}", "Idempotency-Key": CARD, "X-Request-Id": CARD}
            for data in (orjson.dumps({"card": WRITTEN}), CARD.encode()):
                url = f"{path}?cursor={CARD}&limit={CARD}"
                answer = await world.client.request(route.method, url, data=data, headers=headers)
                assert answer.status < 500 or route.path == "/health/ready"
        monkeypatch.setattr(type(world.ledger.checkouts), "open", broken)
        answer = await world.post(CHECKOUTS, ORDER, key=world.key)
        assert answer.status == 500
    assert "the insides" in lines.getvalue()
    assert CARD not in digits(lines.getvalue())


async def test_what_a_provider_tells_is_sealed_and_in_no_log(world: World) -> None:
    """SEC-4: a signed body is kept to its last byte, so it is not scanned; it lies sealed and nobody reads it."""
    place = Place(world.organization_id, "acct_test", WEBHOOK_SECRET)
    await world.ledger.vault.put(place, Secret(SIGNED_WITH))
    raw = told("customer.updated", {"id": "cus_1", "description": CARD})
    headers = dict(stripe_header(raw, SIGNED_WITH, at=int(world.clock.now().timestamp())))
    lines, before = io.StringIO(), await world.events()
    with logged("DEBUG", stream=lines):
        path = f"/hooks/stripe/{endpoint(world.organization_id, 'acct_test')}"
        answer = await world.client.post(path, data=io.BytesIO(raw), headers=headers)
        assert answer.status == 200
    records = await world.recorder.select_notifications(1, 100)
    assert len(records) == before + 1
    assert all(CARD not in record.state.decode() for record in records)
    assert CARD not in lines.getvalue()
