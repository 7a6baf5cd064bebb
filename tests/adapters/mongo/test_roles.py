"""EVT-1: the application cannot change or remove what is recorded."""

import pytest
from pymongo.errors import OperationFailure

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.mongo.driver import Database, Driver
from ledger.adapters.mongo.pages import PAGES, MongoPageStore
from ledger.adapters.mongo.roles import WRITABLE
from ledger.application.journal.recorder import Recorder
from ledger.runtime.devstack import MongoServer
from tests.support.journal import mongo_database_ready, recorded

UNAUTHORIZED = 13


async def refused(database: Database, command: dict[str, object]) -> bool:
    try:
        await database.command(command)
    except OperationFailure as error:
        return error.code == UNAUTHORIZED
    return False


@pytest.mark.parametrize("driver", Driver)
async def test_the_application_can_neither_update_nor_delete_what_is_recorded(
    mongo: MongoServer, mongo_database: str, driver: Driver
) -> None:
    """EVT-1."""
    async with mongo_database_ready(mongo, mongo_database, driver) as database:
        store = MongoPageStore(database)
        async with store, Recorder(store, SettableClock()) as recorder:
            await recorder.insert_events([recorded()])
            before = await store.last()
        everything: dict[str, object] = {"q": {}, "limit": 0}
        change: dict[str, object] = {"q": {}, "u": {"$set": {"writer": "forged"}}, "multi": True}
        tried: list[dict[str, object]] = [
            {"update": PAGES, "updates": [change]},
            {"delete": PAGES, "deletes": [everything]},
            {"findAndModify": PAGES, "query": {}, "update": {"$set": {"writer": "forged"}}},
            {"findAndModify": PAGES, "query": {}, "remove": True},
            {"drop": PAGES},
            {"dropDatabase": 1},
            {"dropIndexes": PAGES, "index": "stream_version"},
            {"collMod": PAGES, "validator": {}},
            {"aggregate": "work", "pipeline": [{"$out": PAGES}], "cursor": {}},
            {"aggregate": "work", "pipeline": [{"$merge": {"into": PAGES}}], "cursor": {}},
            {"createUser": "friend", "pwd": "x", "roles": []},
            {"grantRolesToUser": "ledger", "roles": ["readWrite"]},
        ]
        assert [command for command in tried if not await refused(database, command)] == []
        assert await MongoPageStore(database).last() == before


async def test_the_application_writes_its_other_collections_as_it_likes(
    mongo: MongoServer, mongo_database: str
) -> None:
    async with mongo_database_ready(mongo, mongo_database, Driver.PYMONGO) as database:
        for name in WRITABLE:
            await database[name].insert_one({"_id": 1})
            await database[name].update_one({"_id": 1}, {"$set": {"x": 2}})
            await database[name].delete_one({"_id": 1})


async def test_preparing_again_changes_nothing(mongo: MongoServer, mongo_database: str) -> None:
    for _ in range(2):
        async with mongo_database_ready(mongo, mongo_database, Driver.PYMONGO) as database:
            await database[PAGES].find_one({})
