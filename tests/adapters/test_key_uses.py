"""When keys were last used: one contract, in memory and in MongoDB."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from ledger.adapters.memory.key_uses import MemoryKeyUses
from ledger.adapters.mongo.driver import Driver, connected
from ledger.adapters.mongo.key_uses import MongoKeyUses
from ledger.application.key_uses import KeyUses
from ledger.domain.errors import Unavailable
from ledger.runtime.devstack import MongoServer
from tests.adapters.contracts.sealed_secrets import NOW
from tests.support.journal import mongo_database_ready


class KeyUsesContract:
    async def test_the_latest_use_is_kept_whatever_order_notes_come_in(self, uses: KeyUses) -> None:
        """SEC-6."""
        assert await uses.last(["a", "b"]) == {}
        for minutes in (0, 5, 3):
            await uses.note("a", NOW + timedelta(minutes=minutes))
        assert await uses.last(["a", "b"]) == {"a": NOW + timedelta(minutes=5)}

    async def test_many_may_note_the_first_use_at_once(self, uses: KeyUses) -> None:
        """SEC-6."""
        await asyncio.gather(*[uses.note("a", NOW) for _ in range(20)])
        assert await uses.last(["a"]) == {"a": NOW}


class TestMemoryKeyUses(KeyUsesContract):
    @pytest.fixture
    def uses(self) -> KeyUses:
        return MemoryKeyUses()


class TestMongoKeyUses(KeyUsesContract):
    @pytest.fixture(params=list(Driver))
    async def uses(
        self, request: pytest.FixtureRequest, mongo: MongoServer, mongo_database: str
    ) -> AsyncIterator[KeyUses]:
        # As the application: its role must suffice.
        async with mongo_database_ready(mongo, mongo_database, request.param) as database:
            yield MongoKeyUses(database)


async def test_a_store_that_does_not_answer_is_unavailable() -> None:
    async with connected("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50", driver=Driver.MOTOR) as client:
        uses = MongoKeyUses(client["nowhere"])
        with pytest.raises(Unavailable):
            await uses.note("a", NOW)
        with pytest.raises(Unavailable):
            await uses.last(["a"])
