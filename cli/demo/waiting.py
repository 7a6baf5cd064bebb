"""Waiting for something to come about: nobody tells a story teller, so they ask, for a bounded time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from cli.demo.people import expect

PATIENCE_S: Final = 60.0
ASK_EVERY_S: Final = 0.05
ThingT = TypeVar("ThingT")


async def until(ask: Callable[[], Awaitable[ThingT]], good: Callable[[ThingT], bool], what: str) -> ThingT:
    """Ask until the answer is good, and return it; raise `StoryFailed` when `what` did not come."""
    thing = await ask()
    for _ in range(int(PATIENCE_S / ASK_EVERY_S)):
        if good(thing):
            break
        await asyncio.sleep(ASK_EVERY_S)
        thing = await ask()
    expect(good(thing), f"{what} did not come: {thing}")
    return thing
