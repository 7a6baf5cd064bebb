"""Payments over HTTP: paying, waiting, acting, coming back, reading, listing."""

import asyncio

import pytest

from api import representations as shown
from api.app import drain
from ledger.application import ids
from tests.api.world import PAID_BY_CARD, World


async def test_paying_is_accepted_and_says_where_to_look(world: World) -> None:
    """PAY-3."""
    opened = await world.checkout()
    answer = await world.post(f"/api/v1/checkouts/{opened['id']}/payments", PAID_BY_CARD, Idempotency_Key="k")

    body = await answer.json()
    assert answer.status == 202
    shown.CustomerPayment.model_validate(body)
    assert (body["status"], body["detail"], body["amount"]) == ("initiated", "initiated", opened["amount"])
    assert answer.headers["Location"] == f"/api/v1/checkouts/{opened['id']}/payments/{body['id']}"
    read = await world.get(answer.headers["Location"])
    assert await read.read() == await answer.read()
    assert (await (await world.get(f"/api/v1/checkouts/{opened['id']}")).json())["status"] == "processing"


@pytest.mark.parametrize(
    ("method", "status", "detail"),
    [
        ("pm_card_visa", "succeeded", "captured"),
        ("pm_card_declined", "failed", "failed"),
        ("pm_card_three_d_secure", "pending_provider", "action_required"),
        ("pm_sepa_debit", "pending_provider", "pending"),
    ],
)
async def test_waiting_holds_the_answer_until_an_outcome_which_stands_in_the_body(
    world: World, method: str, status: str, detail: str
) -> None:
    """PAY-3."""
    opened = await world.checkout()
    path, body = f"/api/v1/checkouts/{opened['id']}/payments", {"payment_method": method}
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(world.post(path, body, Idempotency_Key="k", Prefer="wait=20"))
        await world.charge(await world.payment_of(opened["id"]))
    answer = waiting.result()

    shown_payment = await answer.json()
    assert (answer.status, answer.headers["Preference-Applied"]) == (202, "wait=20")
    assert (shown_payment["status"], shown_payment["detail"]) == (status, detail)


async def test_an_unknown_outcome_is_unknown_and_no_failure(world: World) -> None:
    """PAY-3 CHK-8."""
    opened = await world.checkout()
    payment = await world.pay(opened["id"])
    payment_id = ids.inside("payment", payment["id"])
    await world.payments.record(payment_id, lambda it: it.open("pi_1"))
    await world.payments.record(payment_id, lambda it: it.lose_sight("timeout"))

    answer = await world.post(
        f"/api/v1/checkouts/{opened['id']}/payments", PAID_BY_CARD, Idempotency_Key="pay-1", Prefer="wait=20"
    )
    body = await answer.json()
    assert (answer.status, body["status"], body["detail"]) == (202, "pending_provider", "unknown")


async def test_waiting_ends_without_an_outcome_when_the_time_is_up(world: World) -> None:
    """PAY-3."""
    opened = await world.checkout()
    answer = await world.post(
        f"/api/v1/checkouts/{opened['id']}/payments",
        PAID_BY_CARD,
        Idempotency_Key="k",
        Prefer="respond-async, wait=1",
    )
    assert (answer.status, (await answer.json())["detail"]) == (202, "initiated")


async def test_a_process_that_drains_does_not_keep_customers_waiting(world: World) -> None:
    opened = await world.checkout()
    path = f"/api/v1/checkouts/{opened['id']}/payments"
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(world.post(path, PAID_BY_CARD, Idempotency_Key="k", Prefer="wait=30"))
        await world.payment_of(opened["id"])
        drain(world.app)
    assert waiting.result().status == 202


async def test_a_second_payment_waits_for_the_first(world: World) -> None:
    """CHK-7."""
    opened = await world.checkout()
    await world.pay(opened["id"])
    path, events = f"/api/v1/checkouts/{opened['id']}/payments", await world.events()
    refused = await world.post(path, PAID_BY_CARD, Idempotency_Key="another-tab")
    assert (refused.status, (await refused.json())["code"]) == (409, "checkout_processing")
    assert await world.events() == events


async def test_after_a_known_decline_the_customer_may_try_again_and_pays_once(world: World) -> None:
    """IDEM-11 CHK-7."""
    opened = await world.checkout()
    first = await world.pay(opened["id"], idempotency_key="one", method="pm_card_declined")
    await world.charge(first["id"])
    second = await world.pay(opened["id"], idempotency_key="two")
    await world.charge(second["id"])

    paid = await (await world.get(f"/api/v1/checkouts/{opened['id']}", key=world.key)).json()
    assert (paid["status"], paid["payment_status"]) == ("complete", "paid")
    assert paid["payment_ids"] == [first["id"], second["id"]]
    refused = await world.post(f"/api/v1/checkouts/{opened['id']}/payments", PAID_BY_CARD, Idempotency_Key="three")
    assert (refused.status, (await refused.json())["code"]) == (409, "checkout_complete")
    assert sum(world.provider.charged.values()) == 1


async def test_an_expired_checkout_takes_no_payment(world: World) -> None:
    """CHK-3 CHK-5."""
    opened = await world.checkout()
    world.clock.advance(hours=24)
    refused = await world.post(f"/api/v1/checkouts/{opened['id']}/payments", PAID_BY_CARD, Idempotency_Key="k")
    assert (refused.status, (await refused.json())["code"]) == (409, "checkout_expired")


async def test_the_next_step_comes_from_the_provider_and_is_kept_nowhere(world: World) -> None:
    opened = await world.checkout()
    payment = await world.pay(opened["id"], method="pm_card_three_d_secure")
    await world.charge(payment["id"])
    answer = await world.get(f"/api/v1/checkouts/{opened['id']}/payments/{payment['id']}/action")

    body = await answer.json()
    shown.Action.model_validate(body)
    assert (body["kind"], body["provider"]["publishable_key"]) == ("three_d_secure", "pk_test_1")
    assert answer.headers["Cache-Control"] == "no-store"
    recorded = await world.recorder.select_notifications(1, 1000)
    assert body["client_secret"].encode() not in b"".join(each.state for each in recorded)


async def test_there_is_no_next_step_of_a_payment_that_needs_none(world: World) -> None:
    opened = await world.checkout()
    payment = await world.pay(opened["id"])
    answer = await world.get(f"/api/v1/checkouts/{opened['id']}/payments/{payment['id']}/action")
    assert (answer.status, (await answer.json())["code"]) == (409, "no_action_required")


async def test_coming_back_proves_nothing_and_has_us_look_sooner(world: World) -> None:
    """CHK-9."""
    opened = await world.checkout()
    payment = await world.pay(opened["id"], method="pm_card_three_d_secure")
    await world.charge(payment["id"])
    events = await world.events()
    answer = await world.post(
        f"/api/v1/checkouts/{opened['id']}/payments/{payment['id']}/returned?redirect_status=succeeded"
    )

    assert (answer.status, (await answer.json())["detail"]) == (202, "action_required")
    assert world.hastened == [ids.inside("payment", payment["id"])]
    assert await world.events() == events


async def test_a_payment_is_found_under_its_own_checkout_alone(world: World) -> None:
    """CHK-10."""
    mine, other = await world.checkout(), await world.checkout()
    payment = await world.pay(mine["id"])
    for rest in ("", "/action"):
        answer = await world.get(f"/api/v1/checkouts/{other['id']}/payments/{payment['id']}{rest}")
        assert (answer.status, (await answer.json())["code"]) == (404, "not_found")


async def test_a_merchant_reads_and_lists_payments(world: World) -> None:
    opened = await world.checkout()
    payment = await world.pay(opened["id"])
    await world.charge(payment["id"])
    _, strange_key, _ = await world.another_merchant()

    answer = await world.get(f"/api/v1/payments/{payment['id']}", key=world.key)
    body = await answer.json()
    shown.Payment.model_validate(body)
    assert (body["status"], body["provider"], body["checkout_id"]) == ("succeeded", "stripe", opened["id"])
    assert (await world.get(f"/api/v1/payments/{payment['id']}", key=strange_key)).status == 404
    assert (await world.get(f"/api/v1/payments/{payment['id']}")).status == 401
    assert await world.listed("/api/v1/payments") == [body]
    assert (await world.get(f"/api/v1/payments/{payment['id']}?as_of=1", key=world.key)).status == 404
