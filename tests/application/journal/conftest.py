"""A recorder over a store in memory that fails on command."""

from collections.abc import AsyncIterator

import pytest

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.application.journal.recorder import Recorder
from tests.support.faults import FaultyPageStore


@pytest.fixture
def memory() -> MemoryPageStore:
    return MemoryPageStore()


@pytest.fixture
def store(memory: MemoryPageStore) -> FaultyPageStore:
    return FaultyPageStore(memory)


@pytest.fixture
async def recorder(store: FaultyPageStore) -> AsyncIterator[Recorder]:
    async with Recorder(store, SettableClock(), give_up_s=0.2) as recorder:
        yield recorder
