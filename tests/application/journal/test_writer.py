"""The order in which a writer tells its callers."""

import asyncio

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.application.journal.page import Page
from ledger.application.journal.recorder import Recorder
from tests.support.journal import recorded


async def test_callers_hear_in_the_order_of_pages_also_when_many_wait() -> None:
    heard: list[Page] = []
    told: list[int] = []
    async with Recorder(MemoryPageStore(), SettableClock()) as recorder, asyncio.TaskGroup() as callers:
        recorder.on_commit(heard.append)

        async def caller() -> None:
            for _ in range(5):
                told.extend(await recorder.insert_events([recorded()]))

        for _ in range(400):
            callers.create_task(caller())
    assert told == list(range(1, 2001))
    assert [page.position for page in heard] == sorted(page.position for page in heard)
    assert heard[-1].last_position == 2000


async def test_appends_after_a_full_queue_of_many_are_told_soon() -> None:
    """The last page's callers are not left waiting for a page that never comes."""
    async with Recorder(MemoryPageStore(), SettableClock()) as recorder, asyncio.timeout(5):
        results = await asyncio.gather(*(recorder.insert_events([recorded()]) for _ in range(129)))
    assert [positions[0] for positions in results] == list(range(1, 130))
