"""The stores of views, in memory and in MongoDB with either driver, keep one contract."""

from collections.abc import AsyncIterator

import pytest

from ledger.adapters.memory.views import MemoryViewStore
from ledger.adapters.mongo.driver import Driver, connected
from ledger.adapters.mongo.views import MongoViewStore
from ledger.application.views import ViewStore
from ledger.domain.errors import Unavailable
from ledger.runtime.clock import SystemClock
from tests.adapters.contracts.views import ViewStoreContract, document


class TestMemoryViewStore(ViewStoreContract):
    @pytest.fixture
    def store(self) -> ViewStore:
        return MemoryViewStore(SystemClock())


class TestMongoViewStore(ViewStoreContract):
    @pytest.fixture(params=list(Driver))
    async def store(
        self, request: pytest.FixtureRequest, mongo_url: str, mongo_database: str
    ) -> AsyncIterator[ViewStore]:
        async with connected(mongo_url, driver=request.param) as client:
            store = MongoViewStore(client[mongo_database])
            await store.prepare()
            yield store


async def test_a_store_that_does_not_answer_is_unavailable(mongo_database: str) -> None:
    url = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50"
    async with connected(url, driver=Driver.MOTOR) as client:
        store = MongoViewStore(client[mongo_database])
        with pytest.raises(Unavailable):
            await store.put_many("payments@1", [document()])
        with pytest.raises(Unavailable):
            _ = [each async for each in store.documents("payments@1")]
