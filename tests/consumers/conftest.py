"""What tests of the consumers share."""

from collections.abc import AsyncIterator

import pytest

from tests.consumers.life import Life
from tests.support.world import World, opened_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A ledger in memory with one merchant."""
    async with opened_world() as world:
        yield world


@pytest.fixture
def life(world: World) -> Life:
    """One process of it."""
    return Life(world.ledger, world.clock)
