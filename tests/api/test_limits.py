"""The edges of one process: request ids, rates, times, health, and what happens to a bug."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from api.app import drain
from api.in_flight import InFlight
from api.refusals import IdempotencyKeyInUse, Overloaded
from ledger.domain.payment import Payment
from tests.api.world import OFF, ORDER, PAID_BY_CARD, World, world_in_memory

CHECKOUTS = "/api/v1/checkouts"


async def test_a_request_keeps_its_id_and_gets_one_if_it_has_none(world: World) -> None:
    given = await world.get("/nowhere", X_Request_Id="shop-42.a_b")
    assert given.headers["X-Request-Id"] == (await given.json())["request_id"] == "shop-42.a_b"
    for strange in ("", "x" * 65, "a b", "a\u00e9"):
        answer = await world.get("/health/live", X_Request_Id=strange)
        assert answer.headers["X-Request-Id"].startswith("req_")


def test_only_so_many_keys_are_in_flight() -> None:
    """IDEM-3."""
    in_flight = InFlight(limit=1)
    with in_flight.holding("scope", "k"):
        with pytest.raises(IdempotencyKeyInUse), in_flight.holding("scope", "k"):
            pass
        with pytest.raises(Overloaded), in_flight.holding("other scope", "k"):
            pass
    with in_flight.holding("other scope", "k"):
        pass


async def test_a_request_that_takes_too_long_is_ended_and_says_so() -> None:
    async with world_in_memory(limits=replace(OFF, request_s=0.05)) as world:
        opened = await world.checkout()

        async def never(_payment_id: UUID) -> Payment:
            await asyncio.Event().wait()
            raise AssertionError

        payment = await world.pay(opened["id"], method="pm_card_three_d_secure")
        await world.charge(payment["id"])
        world.payments.get = never  # type: ignore[method-assign,assignment]
        answer = await world.get(f"{CHECKOUTS}/{opened['id']}/payments/{payment['id']}/action")
        assert (answer.status, (await answer.json())["code"]) == (503, "time_limit_reached")
        assert "Retry-After" in answer.headers


async def test_a_bug_shows_nothing_of_itself(world: World, caplog: pytest.LogCaptureFixture) -> None:
    opened = await world.checkout()

    async def broken(*_: object, **__: object) -> None:
        raise ValueError("the secret insides")

    world.payments.initiate = broken  # type: ignore[method-assign,assignment]
    answer = await world.post(f"{CHECKOUTS}/{opened['id']}/payments", PAID_BY_CARD, Idempotency_Key="k")
    text = await answer.text()
    assert (answer.status, (await answer.json())["code"]) == (500, "unexpected")
    assert "insides" not in text
    assert "a request failed unexpectedly" in caplog.text


async def test_a_process_is_ready_until_it_drains_and_still_answers_then(world: World) -> None:
    assert (await world.get("/health/live")).status == 200
    assert await (await world.get("/health/ready")).json() == {"status": "ready", "reasons": []}
    drain(world.app)
    answer = await world.get("/health/ready")
    assert (answer.status, await answer.json()) == (503, {"status": "not_ready", "reasons": ["draining"]})
    assert (await world.get("/health/live")).status == 200
    assert (await world.post(CHECKOUTS, ORDER, key=world.key)).status == 201


async def test_a_process_says_what_it_lacks() -> None:
    async with world_in_memory(missing=["the journal does not answer"]) as world:
        answer = await world.get("/health/ready")
        assert (answer.status, (await answer.json())["reasons"]) == (503, ["the journal does not answer"])


async def test_answers_are_not_to_be_kept(world: World) -> None:
    opened = await world.checkout()
    answer = await world.get(f"{CHECKOUTS}/{opened['id']}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    head = await world.client.head(f"{CHECKOUTS}/{opened['id']}")
    assert (head.status, await head.read()) == (200, b"")
