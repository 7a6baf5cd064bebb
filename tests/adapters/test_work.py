"""The stores of work, in memory and in MongoDB with either driver, keep one contract."""

from collections.abc import AsyncIterator

import pytest

from ledger.adapters.memory.work import MemoryWorkStore
from ledger.adapters.mongo.driver import Driver, connected
from ledger.adapters.mongo.work import MongoWorkStore
from ledger.application.work import WorkStore, WorkUnavailable
from tests.adapters.contracts.work import NOW, WorkStoreContract, item


class TestMemoryWorkStore(WorkStoreContract):
    @pytest.fixture
    def store(self) -> WorkStore:
        return MemoryWorkStore()


class TestMongoWorkStore(WorkStoreContract):
    @pytest.fixture(params=list(Driver))
    async def store(
        self, request: pytest.FixtureRequest, mongo_url: str, mongo_database: str
    ) -> AsyncIterator[WorkStore]:
        async with connected(mongo_url, driver=request.param) as client:
            store = MongoWorkStore(client[mongo_database])
            await store.create_indexes()
            yield store


async def test_a_store_that_does_not_answer_is_unavailable(mongo_url: str, mongo_database: str) -> None:
    async with connected(mongo_url, driver=Driver.PYMONGO) as client:
        store = MongoWorkStore(client[mongo_database])
    # From here on the driver refuses to ask, with an error like any other of its own.
    with pytest.raises(WorkUnavailable):
        await store.add([item()])
    with pytest.raises(WorkUnavailable):
        await store.due(now=NOW, limit=1)
