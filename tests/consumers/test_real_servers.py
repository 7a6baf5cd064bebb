"""The consumers over MongoDB and Valkey: the same, through real sockets."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from redis import Redis

from consumers.pace import Pace
from consumers.run import Consumers
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.adapters.mongo.driver import Driver, connected
from ledger.adapters.mongo.work import MongoWorkStore
from ledger.adapters.queue import connected_queue
from ledger.bootstrap import Ports, memory_ports
from ledger.runtime.clock import SystemClock
from ledger.runtime.devstack import Server
from tests.consumers.life import eventually
from tests.support.world import World, opened_world

VISA = "pm_card_visa"
PACE = Pace(relay_s=0.1, block_s=0.5)


@pytest.fixture(params=list(Driver))
async def ports(
    request: pytest.FixtureRequest, mongo_url: str, mongo_database: str, empty_valkey: str
) -> AsyncIterator[Ports]:
    """Ports whose work and queue are real; the journal has tests of its own."""
    async with (
        connected(mongo_url, driver=request.param) as client,
        connected_queue(empty_valkey) as queue,
    ):
        in_memory = memory_ports(SystemClock())
        store = MongoWorkStore(client[mongo_database])
        yield replace(in_memory, pages=MemoryPageStore(), work=store, queue=queue)


async def pay(world: World, *numbers: int) -> list[UUID]:
    expires_at = SystemClock().now() + timedelta(hours=1)
    return [
        (await world.pay(await world.opened(key=f"order-{number}", expires_at=expires_at), method=VISA)).stream_id
        for number in numbers
    ]


async def all_captured(world: World, count: int) -> None:
    async def so() -> bool:
        return (await world.topics()).count("payment.captured") == count

    await eventually(so)


async def test_payments_flow_through_the_queue(ports: Ports) -> None:
    async with opened_world(ports) as world, Consumers(world.ledger, pace=PACE):
        await pay(world, *range(20))
        await all_captured(world, 20)
        assert (await world.topics()).count("payment.opened") == 20


async def test_payments_go_on_while_the_queue_is_killed_wiped_and_started(ports: Ports, valkey: Server) -> None:
    """IDEM-10."""
    async with opened_world(ports) as world, Consumers(world.ledger, pace=PACE):
        await pay(world, 1, 2)
        valkey.stop()
        try:
            await pay(world, 3, 4)
            await all_captured(world, 4)
        finally:
            valkey.start()
        with Redis.from_url(valkey.url) as client:
            client.flushall()
        await pay(world, 5, 6)
        await all_captured(world, 6)


async def test_what_waits_in_the_store_fills_an_empty_queue(ports: Ports) -> None:
    """IDEM-10, CONS-2."""
    async with opened_world(ports) as world:
        await pay(world, *range(10))
        filling = Consumers(world.ledger, pace=PACE)
        for _ in range(2):
            await filling.relay.follow()
            await filling.relay.offer_what_is_due()
        assert await ports.queue.depth("payment.initiated") == 10
        assert len(await ports.queue.take(["payment.initiated"], limit=10, timeout_s=1)) == 10
        async with Consumers(world.ledger, pace=PACE):
            await all_captured(world, 10)
