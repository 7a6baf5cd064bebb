"""What tests of the API can ask for."""

from collections.abc import AsyncIterator

import pytest

from tests.api.world import World, world_in_memory


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A ledger behind its API, with one merchant and no rate limits."""
    async with world_in_memory() as opened:
        yield opened
