"""What providers told us over HTTP: read by the merchant they told it of, and by nobody else."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from cli.ipn_view import newest_ipns
from ledger.application import ids
from ledger.application.repository import Repository
from ledger.domain.ipn import Ipn
from tests.api.world import World, world_in_memory
from tests.support.examples import NOTICE, NOW, RECEIPT

PATH = "/api/v1/ipns"
PAID, OTHER = UUID(int=1 << 100), UUID(int=2 << 100)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with world_in_memory() as world:
        await world.settle_in()
        yield world


async def told(world: World, number: int, **changes: Any) -> str:  # noqa: ANN401 - any field of a notice
    """Have a provider tell something, and return the notification's id."""
    notice = replace(NOTICE, **{"organization_id": world.organization_id, "claimed_payment": PAID, **changes})
    ipn_id = UUID(int=number << 64)
    await Repository(world.recorder, world.ledger.mapper).save(Ipn.receive(ipn_id, notice, RECEIPT))
    return ids.outside("ipn", ipn_id)


async def known(world: World) -> None:
    """Wait until the lists know of every event."""
    async with asyncio.timeout(10):
        while world.projections.runner.written < await world.events():  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.01)


async def page(world: World, query: str = "", *, key: str = "") -> tuple[list[str], str | None]:
    answer = await world.get(f"{PATH}?{query}", key=key or world.key)
    assert answer.status == 200, await answer.text()
    body = await answer.json()
    return [item["id"] for item in body["items"]], body["next_cursor"]


async def test_a_merchant_reads_what_was_told_and_nothing_that_is_sealed(world: World) -> None:
    """IPN-20: the references stand apart; the raw body, its signature and its headers are shown to nobody."""
    ipn = await told(world, 1)
    answer = await world.get(f"{PATH}/{ipn}", key=world.key)
    assert await answer.json() == {
        "id": ipn,
        "object": "ipn",
        "mode": "test",
        "status": "received",
        "reason": None,
        "provider": "stripe",
        "account": "acct_1",
        "type": "payment_intent.succeeded",
        "payment_id": ids.outside("payment", PAID),
        "object_id": "pi_1",
        "provider_reference": "pi_1",
        "occurred_at": f"{NOW:%Y-%m-%dT%H:%M:%S.%f}Z",
        "received_at": f"{NOW:%Y-%m-%dT%H:%M:%S.%f}Z",
        "updated_at": f"{world.clock.now():%Y-%m-%dT%H:%M:%S.%f}Z",
    }


async def test_what_followed_is_said_with_its_reason(world: World) -> None:
    ipn = await told(world, 1)
    ipn_id = ids.inside("ipn", ipn)
    stages = [
        (lambda it: it.park("payment_unknown"), ("parked", "payment_unknown", PAID)),
        (lambda it: it.give_up("payment_unknown"), ("dead", "payment_unknown", PAID)),
        (lambda it: it.ignore("not_ours"), ("ignored", "not_ours", PAID)),
        (lambda it: it.conflict(OTHER, "another_reference"), ("conflicted", "another_reference", OTHER)),
        (lambda it: it.apply(PAID, "captured"), ("applied", None, PAID)),
    ]
    for happen, (status, reason, payment) in stages:
        await world.ledger.ipns.record(ipn_id, happen)
        said = await (await world.get(f"{PATH}/{ipn}?at_least={await world.events()}", key=world.key)).json()
        assert (said["status"], said["reason"]) == (status, reason)
        assert said["payment_id"] == ids.outside("payment", payment)
        assert (await page(world, f"payment_id={said['payment_id']}"))[0] == [ipn]


async def test_a_list_is_read_to_its_end_whatever_is_filtered(world: World) -> None:
    everything = [
        await told(
            world, number, claimed_payment=PAID if number % 3 else OTHER, provider=("stripe", "adyen")[number % 2]
        )
        for number in range(1, 10)
    ]
    for number in (2, 4, 6):
        await world.ledger.ipns.record(UUID(int=number << 64), lambda it: it.ignore("type_unknown"))
    await known(world)
    of_other, stripes, ignored = everything[2::3], everything[1::2], everything[1:6:2]
    for query, expected in [
        ("", everything),
        (f"payment_id={ids.outside('payment', OTHER)}", of_other),
        ("provider=stripe", stripes),
        ("status=ignored", ignored),
        (f"status=ignored&payment_id={ids.outside('payment', OTHER)}", everything[5:6]),
        ("status=dead", []),
    ]:
        for limit in (1, 2, 20):
            assert await _all(world, f"{query}&limit={limit}") == expected[::-1], (query, limit)


async def _all(world: World, query: str) -> list[str]:
    found, cursor = await page(world, query)
    while cursor is not None:
        more, cursor = await page(world, f"{query}&cursor={cursor}")
        found += more
    return found


async def test_what_was_told_of_another_merchant_or_mode_is_not_there(world: World) -> None:
    """Whoever writes metadata may claim anybody's payment: it is listed for the account that was told, alone."""
    ipn = await told(world, 1)
    stranger_id, stranger, _ = await world.another_merchant()
    theirs = await told(world, 2, organization_id=stranger_id)
    await known(world)
    claimed = f"payment_id={ids.outside('payment', PAID)}"
    assert (await page(world, claimed))[0] == [ipn]
    assert (await page(world, claimed, key=stranger))[0] == [theirs]
    assert (await page(world, key=world.live_key))[0] == []
    answers = [
        await world.get(f"{PATH}/{ipn}", key=stranger),
        await world.get(f"{PATH}/{ipn}", key=world.live_key),
        await world.get(f"{PATH}/ipn_{'0' * 32}", key=world.key),
        await world.get(f"{PATH}/pay_{'0' * 32}", key=world.key),
    ]
    assert [(each.status, (await each.json())["code"]) for each in answers] == [
        (404, "not_found"),
        (404, "mode_mismatch"),
        (404, "not_found"),
        (404, "id_malformed"),
    ]


async def test_an_operator_sees_the_newest_of_all_merchants_however_far_the_view_has_come(world: World) -> None:
    """What the journal says beyond the view counts, and what the view has need not be read from the journal."""
    stranger_id, _, _ = await world.another_merchant()
    everything = [await told(world, 1), await told(world, 2, organization_id=stranger_id)]
    await known(world)
    await world.ledger.ipns.record(UUID(int=1 << 64), lambda it: it.ignore("type_unknown"))
    everything += [await told(world, 3)]
    for _ in range(2):
        for status, limit, expected in [
            (None, 50, everything),
            (None, 2, everything[1:]),
            (None, 0, []),
            ("ignored", 50, everything[:1]),
            ("received", 1, everything[2:]),
        ]:
            found = await newest_ipns(world.ledger, status=status, limit=limit)
            assert [each.body["id"] for each in found] == expected[::-1]
        await known(world)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("status=done", "parameter_malformed"),
        ("status=", "parameter_malformed"),
        ("provider=nobody", "parameter_malformed"),
        ("payment_id=pi_1", "parameter_malformed"),
        ("limit=0", "parameter_malformed"),
        ("limit=101", "parameter_malformed"),
        ("cursor=cGF5bWVudHM6MQ", "cursor_malformed"),
    ],
)
async def test_a_strange_question_is_refused(world: World, query: str, code: str) -> None:
    answer = await world.get(f"{PATH}?{query}", key=world.key)
    assert (answer.status, (await answer.json())["code"]) == (400, code)
