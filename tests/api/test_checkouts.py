"""Checkouts over HTTP: opening, reading as merchant and as customer, listing, closing."""

import re

from api import representations as shown
from tests.api.world import ORDER, World


async def test_a_merchant_opens_a_checkout_and_gets_the_address_to_send_the_customer_to(world: World) -> None:
    answer = await world.post("/api/v1/checkouts", ORDER, key=world.key)

    body = await answer.json()
    assert answer.status == 201
    shown.Checkout.model_validate(body)
    assert (body["status"], body["payment_status"], body["amount"]) == ("open", "unpaid", ORDER["amount"])
    assert body["payment_url"] == f"https://pay.example/checkout/{body['id']}"
    assert answer.headers["Location"] == f"/api/v1/checkouts/{body['id']}"
    assert int(answer.headers["X-Ledger-Position"]) == await world.events()


async def test_a_checkout_lasts_a_day_unless_the_merchant_says_otherwise(world: World) -> None:
    """CHK-1."""
    start = world.clock.now()
    body = await world.checkout()
    assert body["expires_at"] == f"{start.replace(day=start.day + 1):%Y-%m-%dT%H:%M:%S}.000000Z"

    sooner = await world.checkout(expires_at=f"{start:%Y-%m-%d}T00:45:00Z")
    assert sooner["expires_at"] == f"{start:%Y-%m-%d}T00:45:00.000000Z"
    for moment in ("T00:29:59Z", "T00:30:00+01:00"):
        refused = await world.post(
            "/api/v1/checkouts", ORDER | {"expires_at": f"{start:%Y-%m-%d}{moment}"}, key=world.key
        )
        assert (refused.status, (await refused.json())["code"]) == (422, "expiry_out_of_range")


async def test_what_costs_nothing_is_complete_at_once(world: World) -> None:
    body = await world.checkout(amount={"minor": 0, "currency": "EUR"}, lines=[])
    assert (body["status"], body["payment_status"]) == ("complete", "no_payment_required")


async def test_a_customer_sees_what_a_customer_may_see(world: World) -> None:
    """CHK-10."""
    opened = await world.checkout()
    answer = await world.get(f"/api/v1/checkouts/{opened['id']}")

    text, body = await answer.text(), await answer.json()
    shown.CustomerCheckout.model_validate(body)
    assert body["provider"] == {"name": "stripe", "publishable_key": "pk_test_1"}
    for hidden in ("ada@example.com", "order-4711", "b-1", world.organization_id.hex, "acct_", "secret", "sk_"):
        assert hidden not in text
    assert re.fullmatch(r"cs_[0-9a-f]{32}", body["id"])


async def test_one_merchant_sees_nothing_of_another(world: World) -> None:
    """CHK-10."""
    opened = await world.checkout()
    _, strange_key, _ = await world.another_merchant()
    path = f"/api/v1/checkouts/{opened['id']}"

    for answer in (
        await world.get(path, key=strange_key),
        await world.post(f"{path}/expire", key=strange_key),
        await world.post(f"{path}/cancel", key=strange_key),
    ):
        assert (answer.status, (await answer.json())["code"]) == (404, "not_found")
    assert (await (await world.get("/api/v1/checkouts", key=strange_key)).json())["items"] == []


async def test_a_key_of_the_other_mode_is_told_so(world: World) -> None:
    opened = await world.checkout()
    answer = await world.get(f"/api/v1/checkouts/{opened['id']}", key=world.live_key)
    assert (answer.status, (await answer.json())["code"]) == (404, "mode_mismatch")


async def test_expiring_twice_is_once_and_a_complete_one_refuses(world: World) -> None:
    """CHK-2."""
    opened = await world.checkout()
    first = await world.post(f"/api/v1/checkouts/{opened['id']}/expire", key=world.key)
    events = await world.events()
    again = await world.post(f"/api/v1/checkouts/{opened['id']}/expire", key=world.key)
    assert (first.status, again.status, (await again.json())["status"]) == (200, 200, "expired")
    assert await world.events() == events

    complete = await world.checkout(amount={"minor": 0, "currency": "EUR"}, lines=[])
    refused = await world.post(f"/api/v1/checkouts/{complete['id']}/expire", key=world.key)
    assert (refused.status, (await refused.json())["code"]) == (409, "checkout_complete")


async def test_cancelling_closes_it(world: World) -> None:
    """CHK-2."""
    opened = await world.checkout()
    answer = await world.post(f"/api/v1/checkouts/{opened['id']}/cancel", {}, key=world.key)
    assert (await answer.json())["status"] == "cancelled"
    refused = await world.post(f"/api/v1/checkouts/{opened['id']}/expire", key=world.key)
    assert (refused.status, (await refused.json())["code"]) == (409, "checkout_not_open")


async def test_expiry_is_exact_when_read_though_nobody_recorded_it(world: World) -> None:
    """CHK-5."""
    opened = await world.checkout()
    path, events = f"/api/v1/checkouts/{opened['id']}", await world.events()

    world.clock.advance(hours=23, minutes=59, seconds=59)
    assert (await (await world.get(path)).json())["status"] == "open"
    world.clock.advance(seconds=1)
    assert (await (await world.get(path)).json())["status"] == "expired"
    assert (await (await world.get(path, key=world.key)).json())["status"] == "expired"
    assert await world.events() == events


async def test_a_list_goes_on_where_its_cursor_says(world: World) -> None:
    opened = [(await world.checkout(merchant_reference=f"order-{n}"))["id"] for n in range(5)]

    await world.listed("/api/v1/checkouts")
    seen, cursor = [], ""
    while True:
        page = await (await world.get(f"/api/v1/checkouts?limit=2{cursor}", key=world.key)).json()
        shown.CheckoutList.model_validate(page)
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == opened[::-1]


async def test_a_client_reads_what_it_wrote(world: World) -> None:
    answer = await world.post("/api/v1/checkouts", ORDER, key=world.key)
    path, position = answer.headers["Location"], answer.headers["X-Ledger-Position"]
    read = await world.get(f"{path}?at_least={position}", key=world.key)
    assert await read.read() == await answer.read()
    assert (await world.get(path, X_Ledger_At_Least=position)).status == 200


async def test_a_position_that_is_not_there_yet_is_waited_for_and_then_said_to_be_missing(world: World) -> None:
    opened = await world.checkout()
    answer = await world.get(f"/api/v1/checkouts/{opened['id']}?at_least={await world.events() + 1}", key=world.key)
    assert (answer.status, (await answer.json())["code"]) == (400, "view_behind")
    assert "Retry-After" not in answer.headers


async def test_as_of_gives_the_bytes_that_were_given_then(world: World) -> None:
    """EVT-7."""
    opened = await world.checkout()
    path = f"/api/v1/checkouts/{opened['id']}"
    then = await world.get(path, key=world.key)
    moment, position = world.clock.now(), then.headers["X-Ledger-Position"]
    world.clock.advance(minutes=5)
    await world.post(f"{path}/expire", key=world.key)

    for as_of in (position, f"{moment:%Y-%m-%dT%H:%M:%S}Z", f"{moment:%Y-%m-%dT%H:%M:%S}+00:00"):
        answer = await world.get(f"{path}?as_of={as_of}", key=world.key)
        assert await answer.read() == await then.read(), as_of


async def test_nobody_is_told_the_future(world: World) -> None:
    """EVT-7."""
    opened = await world.checkout()
    for as_of in (await world.events() + 1, f"{world.clock.now().year + 1}-01-01T00:00:00Z"):
        answer = await world.get(f"/api/v1/checkouts/{opened['id']}?as_of={as_of}", key=world.key)
        assert (answer.status, (await answer.json())["code"]) == (400, "as_of_in_future")


async def test_the_past_is_for_merchants(world: World) -> None:
    opened = await world.checkout()
    answer = await world.get(f"/api/v1/checkouts/{opened['id']}?as_of=1")
    assert (answer.status, (await answer.json())["code"]) == (401, "api_key_invalid")
