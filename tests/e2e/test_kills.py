"""Killing things: no acknowledged payment is lost, and nobody is charged twice."""

import asyncio
import random
from contextlib import ExitStack

import pytest
from aiohttp import ClientSession

from cli.demo.stage import ApiServer
from ledger.bootstrap import open_ledger
from ledger.runtime.devstack import MongoServer, Server
from tests.e2e.conftest import Shop
from tests.e2e.customers import Customers, patient_http
from tests.e2e.proof import nothing_was_changed

KILLS = 50
CUSTOMERS = 6
RESTARTS = 5

# Every step of a payment's way, before and after. The first pages are the checkout's and the click's.
POINTS = [
    *(f"pages.insert:{when}:{nth}" for nth in (1, 2, 3, 4) for when in ("before", "after")),
    "work.add:before:2",
    "work.add:after:2",
    "queue.publish:before:1",
    "queue.publish:after:1",
    "work.claim:before:1",
    "work.claim:after:1",
    "provider.open:before:1",
    "provider.open:after:1",
    "provider.confirm:before:1",
    "provider.confirm:after:1",
    "work.finish:before:1",
    "work.finish:after:1",
    "views.put_many:before:1",
    "views.put_many:after:1",
]


async def _charges(http: ClientSession, provider: Server) -> dict[str, list[str]]:
    async with http.get(f"{provider.url}/_charges") as answer:
        charges: dict[str, list[str]] = await answer.json()
        return charges


async def _all_is_well(customers: Customers, provider: Server, shop: Shop) -> None:
    """Every acknowledged payment succeeded and was charged once, and nobody was charged for anything else."""
    for payment in customers.paid:
        assert (await customers.outcome(payment))["status"] == "succeeded"
    charges = await _charges(customers.http, provider)
    assert {payment: len(charges[payment]) for payment in customers.paid} == dict.fromkeys(customers.paid, 1)
    assert set(charges) == set(customers.paid)
    async with open_ledger(shop.settings, name="verify") as ledger:
        await nothing_was_changed(ledger)


async def _up(api: ApiServer) -> None:
    """Start a process without keeping the customers waiting for it."""
    api.spawn()
    while not await asyncio.to_thread(api.ready):  # noqa: ASYNC110 - it has no way to tell us
        await asyncio.sleep(0.02)


@pytest.mark.timeout(900)
async def test_killing_processes_at_random_loses_nothing_and_charges_nobody_twice(
    shop: Shop, provider: Server
) -> None:
    """CONS-2, IDEM-6, IDEM-10: kill -9, fifty times, of processes that serve and work at the same time."""
    chance, closed = random.Random(7), asyncio.Event()  # noqa: S311 - no secret
    apis = [shop.backing.api(), shop.backing.api()]
    with ExitStack() as stack:
        for api in apis:
            stack.callback(api.stop)
            api.start()
        async with patient_http() as http, asyncio.TaskGroup() as shopping:
            customers = Customers(http, [api.url for api in apis], shop.key)
            for _ in range(CUSTOMERS):
                shopping.create_task(customers.shops_until(closed))
            for kill in range(KILLS):
                await asyncio.sleep(chance.uniform(0.05, 0.5))
                apis[kill % 2].kill()
                await _up(apis[kill % 2])
            closed.set()
        async with patient_http() as http:
            customers.http = http
            assert len(customers.paid) >= KILLS
            await _all_is_well(customers, provider, shop)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("point", POINTS)
async def test_a_process_that_dies_at_any_step_is_made_good_by_the_next(
    shop: Shop, provider: Server, point: str
) -> None:
    """CONS-2."""
    dying, living = shop.backing.api(CRASH_AT=point), shop.backing.api()
    with ExitStack() as stack:
        stack.callback(dying.stop)
        stack.callback(living.stop)
        dying.start()
        async with patient_http() as http:
            customers = Customers(http, [dying.url], shop.key)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(customers.buys())
                await _dead(dying)
                await _up(living)
                customers.apis[:] = [living.url]
            await _all_is_well(customers, provider, shop)


async def _dead(api: ApiServer) -> None:
    while api.running:  # noqa: ASYNC110 - a process has no other way to tell us
        await asyncio.sleep(0.01)


@pytest.mark.timeout(900)
async def test_killing_the_database_loses_nothing_and_charges_nobody_twice(
    shop: Shop, provider: Server, mongo: MongoServer
) -> None:
    """CONS-2, IDEM-6: mongod is killed and started again five times under load."""
    chance, closed = random.Random(11), asyncio.Event()  # noqa: S311 - no secret
    api = shop.backing.api()
    with ExitStack() as stack:
        stack.callback(api.stop)
        api.start()
        async with patient_http() as http:
            async with asyncio.TaskGroup() as shopping:
                customers = Customers(http, [api.url], shop.key)
                for _ in range(CUSTOMERS):
                    shopping.create_task(customers.shops_until(closed))
                for _ in range(RESTARTS):
                    before = len(customers.paid)
                    while len(customers.paid) < before + 3 * CUSTOMERS:  # noqa: ASYNC110 - it is only counted
                        await asyncio.sleep(chance.uniform(0.05, 0.3))
                    mongo.kill()
                    mongo.start()
                closed.set()
            await _all_is_well(customers, provider, shop)
