"""What tests of the application share."""

from collections.abc import AsyncIterator

import pytest

from tests.application.two import Two, two_processes
from tests.support.world import World, opened_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A ledger in memory with one merchant."""
    async with opened_world() as world:
        yield world


@pytest.fixture
async def two() -> AsyncIterator[Two]:
    """Two processes with one journal."""
    async with two_processes() as both:
        yield both
