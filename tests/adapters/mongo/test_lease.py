"""The advisory lease: one of those who lose races has its turn."""

import asyncio

import pytest

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.mongo.driver import Driver
from ledger.adapters.mongo.lease import MongoWriterLease
from ledger.runtime.devstack import MongoServer
from tests.support.journal import mongo_database_ready, until


@pytest.mark.parametrize("driver", Driver)
async def test_one_at_a_time_may_write_at_once_while_they_race(
    mongo: MongoServer, mongo_database: str, driver: Driver
) -> None:
    clock = SettableClock()
    async with mongo_database_ready(mongo, mongo_database, driver) as database, asyncio.TaskGroup() as tasks:
        one = MongoWriterLease(database, clock, holder="one")
        two = MongoWriterLease(database, clock, holder="two")
        holding = [tasks.create_task(lease.hold()) for lease in (one, two)]
        await asyncio.sleep(0)
        assert at_once(one, two) == [True, True], "there was no race yet"
        one.lost_a_race()
        assert at_once(one, two) == [False, True]
        await until(lambda: at_once(one) == [True])
        two.lost_a_race()
        assert at_once(two) == [False]
        clock.advance(seconds=2)
        async with asyncio.timeout(20):
            while at_once(two) == [False]:
                two.lost_a_race()
                await asyncio.sleep(0.01)
        for task in holding:
            task.cancel()


def at_once(*leases: MongoWriterLease) -> list[bool]:
    return [lease.may_write_at_once for lease in leases]
