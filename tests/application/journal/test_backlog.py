"""The queue before the writer: bounded, first come first written."""

import asyncio

import pytest

from ledger.application.journal.backlog import Backlog
from ledger.application.journal.errors import JournalClosed
from ledger.application.journal.page import Append
from tests.support.journal import recorded, until


def an_append() -> Append:
    return Append.of([recorded()], None)


async def test_closing_sends_away_whoever_waits_outside() -> None:
    backlog = Backlog(limit=1)
    _ = await backlog.put(an_append())
    async with asyncio.TaskGroup() as tasks:
        outside = tasks.create_task(refused(backlog))
        await until(lambda: bool(backlog._outside))
        backlog.close()
    assert outside.result()
    assert await backlog.something(), "what is inside is still written"
    backlog.take(1)
    assert not await backlog.something()


async def refused(backlog: Backlog) -> bool:
    with pytest.raises(JournalClosed):
        _ = await backlog.put(an_append())
    return True


async def test_room_given_to_a_caller_who_left_goes_to_the_next() -> None:
    backlog = Backlog(limit=1)
    _ = await backlog.put(an_append())
    async with asyncio.TaskGroup() as tasks:
        leaving = tasks.create_task(backlog.put(an_append()))
        staying = tasks.create_task(backlog.put(an_append()))
        await until(lambda: len(backlog._outside) == 2)
        backlog.take(1)
        leaving.cancel()
        _ = await staying
    assert leaving.cancelled()
    assert len(backlog) == 1


async def test_a_full_page_is_waited_for_but_not_longer_than_told() -> None:
    backlog = Backlog()
    await backlog.a_full_page(timeout_s=0.001)
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(backlog.a_full_page(timeout_s=60))
        for _ in range(128):
            _ = await backlog.put(an_append())
        await waiting
    await backlog.a_full_page(timeout_s=60)
    assert len(list(backlog.first())) == 128
