"""Money that is held, over HTTP: opened so, taken in parts, let go of, and who may."""

from typing import Any

import pytest

from api import representations as shown
from ledger.application import ids
from tests.api.world import PAID_BY_CARD, World, world_in_memory

EUR = "EUR"


async def held(world: World) -> str:
    """Have 19.99 EUR held and return the payment's path."""
    checkout = await world.checkout(capture_method="manual")
    payment = await world.pay(checkout["id"])
    await world.charge(payment["id"])
    return f"/api/v1/payments/{payment['id']}"


async def asked(world: World, path: str, body: object, key: str = "k-1") -> tuple[int, dict[str, Any], bool]:
    answer = await world.post(path, body, key=world.key, Idempotency_Key=key)
    return answer.status, await answer.json(), answer.headers.get("Idempotent-Replayed") == "true"


async def taken(world: World, payment: str) -> None:
    """Do with what was asked for what the consumers do."""
    payment_id = ids.inside("payment", payment.rpartition("/")[2])
    found = await world.payments.get(payment_id)
    order = found.captures.order
    assert order is not None
    assert found.reference is not None
    key = found.capture_key(order.number)
    outcome = await world.provider.capture(found.reference, order.amount, final=order.final, idempotency_key=key)
    await world.apply(payment_id, outcome)


async def read(world: World, payment: str) -> shown.Payment:
    return shown.Payment.model_validate(await (await world.get(payment, key=world.key)).json())


async def test_held_money_is_shown_taken_in_parts_and_shown_again(world: World) -> None:
    """PAY-1, PAY-2, PAY-3."""
    payment = await held(world)
    before = await read(world, payment)
    assert (before.status, before.detail, before.capture_method) == ("pending_provider", "authorized", "manual")
    assert (before.amount_capturable.minor, before.amount_captured.minor) == (1999, 0)
    part = {"amount": {"minor": 500, "currency": EUR}, "final": False}
    status, body, _ = await asked(world, f"{payment}/capture", part)
    assert (status, body["detail"]) == (202, "capturing")
    await taken(world, payment)
    after = await read(world, payment)
    assert (after.detail, after.amount_capturable.minor, after.amount_captured.minor) == ("authorized", 1499, 500)
    assert (await asked(world, f"{payment}/capture", part))[::2] == (202, True)
    assert (await asked(world, f"{payment}/capture", {}, "k-2"))[0] == 202
    await taken(world, payment)
    done = await read(world, payment)
    assert (done.status, done.amount_capturable.minor, done.amount_captured.minor) == ("succeeded", 0, 1999)


async def test_the_session_is_complete_when_money_is_held_and_paid_when_it_is_taken(world: World) -> None:
    """PAY-1, CHK-4: as Stripe has it."""
    payment = await held(world)
    checkout = f"/api/v1/checkouts/{(await read(world, payment)).checkout_id}"

    async def standing() -> tuple[str, str]:
        body = await (await world.get(checkout, key=world.key)).json()
        return body["status"], body["payment_status"]

    assert await standing() == ("complete", "unpaid")
    await asked(world, f"{payment}/capture", {"amount": {"minor": 700, "currency": EUR}})
    await taken(world, payment)
    assert await standing() == ("complete", "paid")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"amount": {"minor": 2000, "currency": EUR}}, 409, "capture_exceeds_authorized"),
        ({"amount": {"minor": 5, "currency": "JPY"}}, 422, "capture_currency_differs"),
        ({"amount": {"minor": 0, "currency": EUR}}, 422, "amount_out_of_range"),
        ({"amount": {"minor": 1.5, "currency": EUR}}, 422, "amount_not_integer"),
        ({"final": "no"}, 422, "body_invalid"),
        ({"more": 1}, 422, "body_invalid"),
    ],
)
async def test_what_cannot_be_taken_is_refused_and_nothing_is_recorded(
    world: World, body: object, status: int, code: str
) -> None:
    """PAY-2, PAY-9."""
    payment = await held(world)
    before = await world.events()
    answered, problem, _ = await asked(world, f"{payment}/capture", body)
    assert (answered, problem["code"]) == (status, code)
    assert await world.events() == before


async def test_a_second_capture_waits_for_the_first_and_a_key_stands_for_one_body(world: World) -> None:
    """PAY-2, IDEM-2, IDEM-4."""
    payment = await held(world)
    part = {"amount": {"minor": 500, "currency": EUR}}
    await asked(world, f"{payment}/capture", part)
    assert (await asked(world, f"{payment}/capture", part, "k-2"))[1]["code"] == "payment_processing"
    assert (await asked(world, f"{payment}/cancel", {}, "k-3"))[1]["code"] == "payment_processing"
    assert (await asked(world, f"{payment}/capture", {}))[1]["code"] == "idempotency_key_reused"
    without_key = await world.post(f"{payment}/capture", {}, key=world.key)
    assert (await without_key.json())["code"] == "idempotency_key_missing"


async def test_a_payment_is_called_off_once_per_key(world: World) -> None:
    """PAY-2, IDEM-1."""
    payment = await held(world)
    assert (await asked(world, f"{payment}/cancel", {}))[0] == 202
    assert (await asked(world, f"{payment}/cancel", {}))[::2] == (202, True)
    assert (await asked(world, f"{payment}/capture", {}, "k-2"))[1]["code"] == "payment_not_authorized"


async def test_what_is_final_is_not_called_off_and_what_nobody_asked_about_is_at_once(world: World) -> None:
    """PAY-2."""
    paid = await world.pay((await world.checkout())["id"])
    await world.charge(paid["id"])
    problem = (await asked(world, f"/api/v1/payments/{paid['id']}/cancel", {}))[1]
    assert problem["code"] == "payment_not_cancellable"
    checkout = (await world.checkout())["id"]
    fresh = await world.pay(checkout)
    body = (await asked(world, f"/api/v1/payments/{fresh['id']}/cancel", {}))[1]
    assert (body["status"], body["detail"]) == ("failed", "cancelled")
    assert (await (await world.get(f"/api/v1/checkouts/{checkout}", key=world.key)).json())["status"] == "open"


@pytest.mark.parametrize("action", ["capture", "cancel"])
async def test_only_the_merchant_of_a_payment_takes_it_or_calls_it_off(world: World, action: str) -> None:
    payment = await held(world)
    _, stranger, _ = await world.another_merchant()
    assert (await world.post(f"{payment}/{action}", {}, Idempotency_Key="k")).status == 401
    for key in (stranger, world.live_key):
        assert (await world.post(f"{payment}/{action}", {}, key=key, Idempotency_Key="k")).status == 404


async def test_who_waits_hears_that_the_money_is_held_and_hears_the_same_ever_after() -> None:
    """PAY-3, IDEM-1: what the merchant does with it later is no part of the answer."""
    async with world_in_memory(consuming=True) as world:
        path = f"/api/v1/checkouts/{(await world.checkout(capture_method='manual'))['id']}/payments"
        first = await world.post(path, PAID_BY_CARD, Idempotency_Key="k", Prefer="wait=20")
        payment = await first.json()
        assert (payment["status"], payment["detail"]) == ("pending_provider", "authorized")
        await world.post(f"/api/v1/payments/{payment['id']}/capture", {}, key=world.key, Idempotency_Key="c")
        await world.until(payment["checkout_id"], lambda body: bool(body["payment_status"] == "paid"))
        again = await world.post(path, PAID_BY_CARD, Idempotency_Key="k", Prefer="wait=20")
        assert await again.read() == await first.read()
