"""Numbers on a real journal: two processes race for them, over MongoDB."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.provider import MemoryProvider, MemoryProviders
from ledger.adapters.mongo.driver import Driver
from ledger.adapters.mongo.pages import MongoPageStore
from ledger.bootstrap import assemble, memory_ports
from ledger.runtime.devstack import MongoServer
from tests.application.invoicing.test_numbering import insisting
from tests.support.examples import NOW
from tests.support.invoiced import invoices, invoicing, numbers, paid
from tests.support.journal import mongo_database_ready
from tests.support.world import World, opened_world

INVOICED = 30


@pytest.fixture(params=list(Driver))
async def world(request: pytest.FixtureRequest, mongo: MongoServer, mongo_database: str) -> AsyncIterator[World]:
    """A ledger whose journal lies in MongoDB."""
    async with (
        mongo_database_ready(mongo, mongo_database, request.param) as database,
        MongoPageStore(database) as pages,
    ):
        ports = replace(memory_ports(SettableClock(NOW)), pages=pages, providers=MemoryProviders(MemoryProvider()))
        async with opened_world(ports) as opened:
            yield opened


async def test_two_processes_leave_no_gap_and_no_repetition_in_a_real_journal(world: World) -> None:
    """INV-2, CONS-3."""
    await invoicing(world)
    checkouts = [await paid(world, f"order-{number}") for number in range(INVOICED)]
    other = assemble(world.ledger.ports, name="other")
    async with other.recorder, asyncio.TaskGroup() as tasks:
        for checkout_id in checkouts:
            for process in (world.ledger, other):
                tasks.create_task(insisting(process.documents.invoices, checkout_id))
    assert await numbers(world.ledger) == list(range(1, INVOICED + 1))
    assert sorted(event.terms.checkout_id for event in await invoices(world.ledger)) == sorted(checkouts)
