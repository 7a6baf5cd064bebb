"""EVT-2: several processes append while others tail; some are killed; nothing acknowledged is lost or missed."""

import asyncio
import random
import sys
from asyncio.subprocess import PIPE, Process
from uuid import UUID

import pytest

from ledger.adapters.mongo.driver import Database, Driver
from ledger.adapters.mongo.pages import MongoPageStore
from ledger.application.journal.recorder import Recorder
from ledger.runtime.clock import SystemClock
from ledger.runtime.devstack import MongoServer
from tests.support.journal import PASSWORD, USER, mongo_database_ready
from tests.support.stuck import told_if_stuck

Acknowledged = dict[UUID, int]


async def started(mongo: MongoServer, database: str, driver: Driver, name: str, appends: int) -> Process:
    url = mongo.url_for(user=USER, password=PASSWORD, database=database)
    module = ("-m", "tests.support.journal_process")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *module, url, database, driver, name, str(appends), stdout=PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def heard(process: Process) -> Acknowledged:
    """Read what the process says was acknowledged until it ends; a line cut off by its death does not count."""
    assert process.stdout is not None
    said, _ = await process.communicate()
    whole = [line.split() for line in said.decode().splitlines(keepends=True) if line.endswith("\n")]
    return {UUID(stream): int(position) for stream, position in whole}


async def tailed(database: Database, events: int) -> Acknowledged:
    """Follow from the beginning until `events` events were seen, and return where every stream began."""
    seen: Acknowledged = {}
    async with MongoPageStore(database) as store, Recorder(store, SystemClock()) as reader:
        async for page in reader.follow():
            for position, entry in enumerate(page.events, page.position):
                seen.setdefault(entry.originator_id, position)
            if page.last_position >= events:
                break
    return seen


@pytest.mark.timeout(200)  # six hundred durable appends, one after the other, on a disk that others may use as well
@pytest.mark.parametrize("driver", Driver)
async def test_processes_that_race_and_readers_that_tail_miss_nothing(
    mongo: MongoServer, mongo_database: str, driver: Driver
) -> None:
    """EVT-2: readers never skip a late-committing event."""
    with told_if_stuck(40):
        async with (
            mongo_database_ready(mongo, mongo_database, driver) as database,
            asyncio.timeout(150),
            asyncio.TaskGroup() as tasks,
        ):
            tails = [tasks.create_task(tailed(database, 3 * 400)) for _ in range(2)]
            writers = [await started(mongo, mongo_database, driver, f"writer-{number}", 200) for number in range(3)]
            said = [tasks.create_task(heard(writer)) for writer in writers]
    acknowledged = {stream: position for each in said for stream, position in each.result().items()}
    assert len(acknowledged) == 600
    assert [tail.result() for tail in tails] == [acknowledged, acknowledged]


async def test_a_writer_killed_at_any_point_loses_nothing_it_acknowledged(
    mongo: MongoServer, mongo_database: str
) -> None:
    """EVT-2: kill -9 of one writer among others, again and again."""
    chance = random.Random(20261122)  # noqa: S311 - where to kill, not a secret
    acknowledged: Acknowledged = {}
    async with mongo_database_ready(mongo, mongo_database, Driver.PYMONGO) as database, asyncio.timeout(90):
        for round_ in range(6):
            victim = await started(mongo, mongo_database, Driver.PYMONGO, f"victim-{round_}", 80_000)
            await asyncio.sleep(chance.uniform(0.0, 0.15))
            victim.kill()
            acknowledged |= await heard(victim)
        survivor = await started(mongo, mongo_database, Driver.PYMONGO, "survivor", 80)
        acknowledged |= await heard(survivor)
        last = await MongoPageStore(database).last_position()
        recorded = await tailed(database, last)
    assert len(acknowledged) > 80, "some were acknowledged before the kill"
    assert {stream: recorded.get(stream) for stream in acknowledged} == acknowledged
    assert last == 2 * len(recorded), "every append is there wholly or not at all"
