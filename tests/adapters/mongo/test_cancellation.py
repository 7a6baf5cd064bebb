"""EVT-2: whoever is cancelled ends, though the driver may forget that it was told to."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, cast

import pytest

from ledger.adapters.mongo.doorbell import Doorbell
from ledger.adapters.mongo.driver import Driver
from ledger.adapters.mongo.failures import heeding_cancellation, translated
from ledger.adapters.mongo.pages import MongoPageStore
from ledger.runtime.devstack import MongoServer
from tests.support.journal import mongo_database_ready

PATIENCE_S = 5.0


async def ends_when_cancelled(work: Coroutine[Any, Any, object], *, after_turns: int = 1) -> None:
    """Let `work` run for some turns of the loop, cancel it once, and see that it ends."""
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(work)
        for _ in range(after_turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])


async def forgetting_cancellation() -> None:
    """Wait as the driver does: a cancellation that comes at the wrong moment is not seen again."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        return


async def in_translation() -> None:
    while True:
        with translated():
            await forgetting_cancellation()


class ForgetfulStream:
    """A change stream that is asked, cancelled, and answers as if nothing had been."""

    async def try_next(self) -> None:
        await forgetting_cancellation()

    async def close(self) -> None:
        """Nothing is open."""


async def at_the_doorbell() -> None:
    bell = Doorbell(cast("Any", None), but_by="us")
    bell._stream = cast("Any", ForgetfulStream())
    while True:
        await bell.wait(1.0)


@pytest.mark.parametrize("endless", [in_translation, at_the_doorbell])
async def test_a_swallowed_cancellation_still_ends_a_loop(endless: Callable[[], Coroutine[Any, Any, None]]) -> None:
    await ends_when_cancelled(endless())


async def test_a_time_limit_that_the_driver_swallowed_is_still_a_time_limit() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await in_translation()


async def test_cleaning_up_after_a_cancellation_is_left_in_peace() -> None:
    cleaned = asyncio.Event()

    async def ending() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            with heeding_cancellation():
                await asyncio.sleep(0)
            cleaned.set()

    await ends_when_cancelled(ending())
    assert cleaned.is_set()


@pytest.mark.parametrize("driver", Driver)
async def test_whoever_asks_the_server_can_be_stopped_at_any_moment(
    mongo: MongoServer, mongo_database: str, driver: Driver
) -> None:
    """EVT-2: with the real driver, at a hundred moments around the one at which it sends its question."""
    async with mongo_database_ready(mongo, mongo_database, driver) as database:
        store = MongoPageStore(database)

        async def ask() -> None:
            while True:
                await store.last_position()

        for turns in range(100):
            # Whoever is cancelled takes the connection along; this one makes another.
            assert await store.last_position() == 0
            await ends_when_cancelled(ask(), after_turns=turns)
