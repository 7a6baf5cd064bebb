"""Idempotency keys: one effect and one answer per key."""

import asyncio
from typing import Any

import pytest

from ledger.application import ids
from ledger.application.provider import Declined
from ledger.bootstrap import memory_ports
from ledger.domain.values import Mode
from ledger.runtime.clock import SystemClock
from tests.api.world import ORDER, PAID_BY_CARD, World, world_over

CHECKOUTS = "/api/v1/checkouts"


async def test_the_same_request_again_gets_the_same_bytes_and_says_so(world: World) -> None:
    """IDEM-1."""
    first = await world.post(CHECKOUTS, ORDER, key=world.key, Idempotency_Key="k")
    await world.post(f"{first.headers['Location']}/cancel", key=world.key)
    world.clock.advance(minutes=10)
    events = await world.events()
    # The same fields in another order are the same request.
    again = await world.post(CHECKOUTS, dict(reversed(ORDER.items())), key=world.key, Idempotency_Key="k")

    assert (again.status, await again.read()) == (first.status, await first.read())
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert await world.events() == events


async def test_a_checkout_is_replayed_even_when_its_expiry_has_come_near(world: World) -> None:
    """IDEM-1 IDEM-8."""
    body = ORDER | {"expires_at": f"{world.clock.now():%Y-%m-%d}T00:45:00Z"}
    first = await world.post(CHECKOUTS, body, key=world.key, Idempotency_Key="k")
    world.clock.advance(hours=30)
    again = await world.post(CHECKOUTS, body, key=world.key, Idempotency_Key="k")
    assert (again.status, await again.read()) == (201, await first.read())


async def test_what_costs_nothing_is_replayed_as_complete(world: World) -> None:
    """IDEM-1."""
    body = {"amount": {"minor": 0, "currency": "EUR"}}
    first = await world.post(CHECKOUTS, body, key=world.key, Idempotency_Key="k")
    again = await world.post(CHECKOUTS, body, key=world.key, Idempotency_Key="k")
    assert await again.read() == await first.read()
    assert (await again.json())["status"] == "complete"


@pytest.mark.parametrize("method", ["pm_card_visa", "pm_card_declined", "pm_card_three_d_secure"])
async def test_a_payment_is_replayed_as_it_was_accepted(world: World, method: str) -> None:
    """IDEM-1 IDEM-5."""
    path, body = await payments_of(world), {"payment_method": method}
    first = await world.post(path, body, Idempotency_Key="k")
    await world.charge((await first.json())["id"])
    again = await world.post(path, body, Idempotency_Key="k")
    assert (again.status, await again.read()) == (202, await first.read())
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_a_payment_that_was_waited_for_is_replayed_with_its_first_outcome(world: World) -> None:
    """IDEM-1."""
    path, body = await payments_of(world), {"payment_method": "pm_card_three_d_secure"}
    accepted = await world.post(path, body, Idempotency_Key="k")
    payment = await world.charge((await accepted.json())["id"])
    first = await world.post(path, body, Idempotency_Key="k", Prefer="wait=5")
    assert payment.reference
    world.provider.authenticate(payment.reference)
    await world.apply(payment.id, await world.provider.lookup(payment.reference))

    again = await world.post(path, body, Idempotency_Key="k", Prefer="wait=5")
    assert (again.status, await again.read()) == (202, await first.read())
    assert (await again.json())["detail"] == "action_required"
    # Without waiting, it is the answer of not having waited.
    plain = await world.post(path, body, Idempotency_Key="k")
    assert await plain.read() == await accepted.read()


async def test_another_body_under_the_same_key_is_refused_naming_what_differs(world: World) -> None:
    """IDEM-2."""
    await world.post(CHECKOUTS, ORDER, key=world.key, Idempotency_Key="k")
    events = await world.events()
    changed = ORDER | {
        "merchant_reference": "order-4712",
        "metadata": {"basket": "b-2"},
        "cancel_url": "https://a.b/",
    }
    answer = await world.post(CHECKOUTS, changed, key=world.key, Idempotency_Key="k")

    problem = await answer.json()
    assert (answer.status, problem["code"]) == (422, "idempotency_key_reused")
    assert problem["fields"] == ["cancel_url", "merchant_reference", "metadata"]
    assert await world.events() == events


async def test_another_card_under_the_same_key_is_refused(world: World) -> None:
    """IDEM-2."""
    path = await payments_of(world)
    await world.post(path, PAID_BY_CARD, Idempotency_Key="k")
    answer = await world.post(path, {"payment_method": "pm_card_declined"}, Idempotency_Key="k")
    assert (answer.status, (await answer.json())["fields"]) == (422, ["payment_method"])


async def test_while_the_first_is_being_answered_the_second_is_told_to_come_back(world: World) -> None:
    """IDEM-3."""
    path = await payments_of(world)
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(world.post(path, PAID_BY_CARD, Idempotency_Key="k", Prefer="wait=20"))
        payment = await world.payment_of(path.split("/")[-2])
        events = await world.events()
        second = await world.post(path, PAID_BY_CARD, Idempotency_Key="k")
        assert await world.events() == events
        await world.charge(payment)

    assert (second.status, (await second.json())["code"]) == (409, "idempotency_key_in_use")
    assert int(second.headers["Retry-After"]) >= 1
    third = await world.post(path, PAID_BY_CARD, Idempotency_Key="k", Prefer="wait=20")
    assert await third.read() == await waiting.result().read()


async def test_a_key_that_is_missing_or_malformed_is_refused(world: World) -> None:
    """IDEM-4."""
    path = await payments_of(world)
    events = await world.events()
    missing = await world.post(path, PAID_BY_CARD)
    assert (missing.status, (await missing.json())["code"]) == (400, "idempotency_key_missing")
    for key in ("", "k" * 256, "two words", "k\u00e9"):
        answer = await world.post(path, PAID_BY_CARD, Idempotency_Key=key)
        assert (answer.status, (await answer.json())["code"]) == (400, "idempotency_key_malformed"), key
        answer = await world.post(CHECKOUTS, ORDER, key=world.key, Idempotency_Key=key)
        assert (answer.status, (await answer.json())["code"]) == (400, "idempotency_key_malformed"), key
    assert await world.events() == events
    assert (await world.post(path, PAID_BY_CARD, Idempotency_Key="k" * 255)).status == 202


async def test_a_refused_request_leaves_its_key_usable(world: World) -> None:
    """IDEM-5."""
    refused: list[dict[str, Any]] = [{"amount": 1}, ORDER | {"expires_at": "2020-01-01T00:00:00Z"}]
    for body in refused:
        assert (await world.post(CHECKOUTS, body, key=world.key, Idempotency_Key="k")).status == 422
    assert (await world.post(CHECKOUTS, ORDER, key="sk_test_wrong", Idempotency_Key="k")).status == 401
    assert (await world.post(CHECKOUTS, ORDER, key=world.key, Idempotency_Key="k")).status == 201

    path = await payments_of(world)
    await world.post(path, PAID_BY_CARD, Idempotency_Key="first")
    assert (await world.post(path, PAID_BY_CARD, Idempotency_Key="second")).status == 409
    declined = await world.payment_of(path.split("/")[-2])
    await world.payments.record(ids.inside("payment", declined), lambda it: it.open("pi_1"))
    await world.apply(ids.inside("payment", declined), Declined("card_declined", "No."))
    assert (await world.post(path, PAID_BY_CARD, Idempotency_Key="second")).status == 202


async def test_after_an_unknown_outcome_there_is_no_second_attempt(world: World) -> None:
    """IDEM-11."""
    path = await payments_of(world)
    payment = ids.inside("payment", (await (await world.post(path, PAID_BY_CARD, Idempotency_Key="k")).json())["id"])
    await world.payments.record(payment, lambda it: it.open("pi_1"))
    await world.payments.record(payment, lambda it: it.lose_sight("timeout"))
    answer = await world.post(path, PAID_BY_CARD, Idempotency_Key="again")
    assert (answer.status, (await answer.json())["code"]) == (409, "payment_outcome_unknown")


async def test_equal_keys_of_others_have_nothing_to_do_with_each_other(world: World) -> None:
    """IDEM-7."""
    _, strange_key, _ = await world.another_merchant()
    second_key = await world.organizations.issue_key(world.organization_id, Mode.TEST, "two")
    answers = [
        await world.post(CHECKOUTS, ORDER, key=key, Idempotency_Key="k")
        for key in (world.key, world.live_key, strange_key, second_key)
    ]
    assert [answer.status for answer in answers] == [201] * 4
    assert len({(await answer.json())["id"] for answer in answers}) == 4

    # Two customers of two checkouts may choose the same key as well.
    paths = [f"{answer.headers['Location']}/payments" for answer in answers]
    paid = [await world.post(path, PAID_BY_CARD, Idempotency_Key="k") for path in paths]
    assert len({(await answer.json())["id"] for answer in paid}) == 4


async def test_fifty_at_once_have_one_effect(world: World) -> None:
    """IDEM-9."""
    before = await world.events()
    answers = await asyncio.gather(
        *[world.post(CHECKOUTS, ORDER, key=world.key, Idempotency_Key="k") for _ in range(50)]
    )
    assert {answer.status for answer in answers} <= {201, 409}
    assert len({await answer.read() for answer in answers if answer.status == 201}) == 1
    assert await world.events() == before + 1


async def test_fifty_payments_at_once_in_two_processes_are_one_charge() -> None:
    """IDEM-9, IDEM-3."""
    ports = memory_ports(SystemClock())
    async with world_over(ports, consuming=True) as one, world_over(ports, consuming=True) as two:
        await one.settle_in()
        path = await payments_of(one)
        before = await one.events()
        answers = await asyncio.gather(
            *[world.post(path, PAID_BY_CARD, Idempotency_Key="k") for world in (one, two) for _ in range(25)]
        )
        assert {answer.status for answer in answers} <= {202, 409}
        accepted = [answer for answer in answers if answer.status == 202]
        assert len({await answer.read() for answer in accepted}) == 1
        for world in (one, two):
            replayed = await world.post(path, PAID_BY_CARD, Idempotency_Key="k")
            assert await replayed.read() == await accepted[0].read()
            settled = await world.post(path, PAID_BY_CARD, Idempotency_Key="k", Prefer="wait=10")
            assert (await settled.json())["status"] == "succeeded"
        begun = [each.topic for each in await one.recorder.select_notifications(before + 1, 100)]
        assert begun.count("payment.initiated") == begun.count("payment.captured") == 1
        assert one.provider.charges((await accepted[0].json())["id"]) == 1


async def test_reading_ignores_the_header(world: World) -> None:
    """IDEM-12."""
    opened = await world.checkout()
    for key in ("", "k" * 300):
        answer = await world.get(f"{CHECKOUTS}/{opened['id']}", key=world.key, Idempotency_Key=key)
        assert (answer.status, "Idempotent-Replayed" in answer.headers) == (200, False)


async def payments_of(world: World) -> str:
    """Open a checkout and return where it is paid."""
    return f"{CHECKOUTS}/{(await world.checkout())['id']}/payments"
