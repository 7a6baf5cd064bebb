"""What tests of views can ask for."""

from collections.abc import AsyncIterator

import pytest

from projections.opening import Projections
from tests.projections.ledger_in_memory import InMemory, in_memory


@pytest.fixture
async def ledger() -> AsyncIterator[InMemory]:
    """A ledger in memory with nothing in it."""
    async with in_memory() as opened:
        yield opened


@pytest.fixture
async def projections(ledger: InMemory) -> AsyncIterator[Projections]:
    """The running projections of that ledger."""
    async with ledger.projecting() as running:
        yield running
