"""What callers are told when answers are lost, requests are cancelled and processes end."""

import asyncio

import pytest

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.application.journal.errors import (
    CorruptJournal,
    JournalClosed,
    JournalUnavailable,
    OutcomeUnknown,
)
from ledger.application.journal.layout import next_page
from ledger.application.journal.page import Append, Page
from ledger.application.journal.recorder import Recorder
from ledger.application.journal.tree import NOTHING
from tests.support.faults import Fault, FaultyPageStore
from tests.support.journal import all_pages, events_of, recorded, stream_id, stream_of, until


@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER])
async def test_a_lost_answer_is_found_out_and_nothing_is_written_twice(
    fault: Fault, recorder: Recorder, store: FaultyPageStore, memory: MemoryPageStore
) -> None:
    store.faults.extend([fault, fault])
    event = recorded()
    assert await recorder.insert_events([event]) == range(1, 2)
    assert await recorder.insert_events([recorded()]) == range(2, 3)
    assert events_of(await all_pages(memory))[0] == (event.originator_id, 1)


async def test_a_page_lost_to_another_process_while_the_answer_was_lost_is_laid_out_again(
    recorder: Recorder, store: FaultyPageStore, memory: MemoryPageStore
) -> None:
    store.faults.append(Fault.LOST_BEFORE)
    store.gate.clear()
    async with asyncio.TaskGroup() as tasks:
        ours = tasks.create_task(recorder.insert_events([recorded()]))
        await until(lambda: store.inserting == 1)
        async with Recorder(memory, SettableClock()) as other:
            assert await other.insert_events(stream_of(3)) == range(1, 4)
        store.gate.set()
    assert ours.result() == range(4, 5)


async def test_when_the_store_stays_away_the_caller_is_told_that_nobody_knows(
    recorder: Recorder, store: FaultyPageStore, memory: MemoryPageStore
) -> None:
    await recorder.insert_events([recorded()])
    store.is_away = True
    event = recorded()
    with pytest.raises(OutcomeUnknown):
        await recorder.insert_events([event])
    store.is_away = False
    assert await recorder.insert_events([event]) == range(2, 3), "and goes on when it is back"


async def test_before_the_head_is_known_the_caller_is_told_that_nothing_was_written(
    recorder: Recorder, store: FaultyPageStore
) -> None:
    store.is_away = True
    with pytest.raises(JournalUnavailable):
        await recorder.insert_events([recorded()])


async def test_cancelling_a_request_does_not_cancel_its_write(recorder: Recorder, store: FaultyPageStore) -> None:
    """CONS: what was handed over is written."""
    store.gate.clear()
    event = recorded()
    async with asyncio.TaskGroup() as tasks:
        request = tasks.create_task(recorder.insert_events([event]))
        await until(lambda: store.inserting == 1)
        request.cancel()
    store.gate.set()
    assert await recorder.insert_events([recorded()]) == range(2, 3)
    assert await recorder.select_events(stream_id(event)) == [event]


async def test_closing_writes_what_waits_and_takes_nothing_more(store: FaultyPageStore) -> None:
    store.gate.clear()
    async with asyncio.TaskGroup() as tasks:
        async with Recorder(store, SettableClock()) as recorder:
            requests = [tasks.create_task(recorder.insert_events([recorded()])) for _ in range(300)]
            await until(lambda: store.inserting == 1)
            store.gate.set()
        assert sorted([(await request)[0] for request in requests]) == list(range(1, 301))
    with pytest.raises(JournalClosed):
        await recorder.insert_events([recorded()])


async def test_a_writer_does_not_build_on_a_corrupt_page(recorder: Recorder, memory: MemoryPageStore) -> None:
    sound = next_page(NOTHING, [Append.of([recorded()], None)], writer="w", now=SettableClock().now())
    forged = Page(sound.position, sound.events, NOTHING, sound.writer, sound.written_at)
    await memory.insert(forged)
    with pytest.raises(CorruptJournal) as corrupt:
        await recorder.insert_events([recorded()])
    assert corrupt.value.position == 1


async def test_a_bug_in_the_store_fails_its_callers_and_the_writer_lives_on(
    recorder: Recorder, store: FaultyPageStore
) -> None:
    await recorder.insert_events([recorded()])
    store.faults.append(Fault.BROKEN)
    with pytest.raises(ZeroDivisionError):
        await recorder.insert_events([recorded()])
    assert await recorder.insert_events([recorded()]) == range(2, 3)


async def test_a_page_that_is_taken_but_not_yet_to_be_read_is_waited_for(
    recorder: Recorder, store: FaultyPageStore, memory: MemoryPageStore
) -> None:
    await recorder.insert_events([recorded()])
    async with Recorder(memory, SettableClock()) as other:
        await other.insert_events([recorded()])
    store.hidden_reads = 2
    assert await recorder.insert_events([recorded()]) == range(3, 4)


@pytest.mark.parametrize("lost_reads", [1, 2, 3])
async def test_a_lost_answer_to_looking_at_a_taken_page_is_asked_for_again(
    lost_reads: int, recorder: Recorder, store: FaultyPageStore, memory: MemoryPageStore
) -> None:
    await recorder.insert_events([recorded()])
    async with Recorder(memory, SettableClock()) as other:
        await other.insert_events([recorded()])
    store.lost_reads = lost_reads
    assert await recorder.insert_events([recorded()]) == range(3, 4)


async def test_when_the_pages_of_others_cannot_be_read_the_caller_is_told_that_nothing_was_written(
    recorder: Recorder, store: FaultyPageStore, memory: MemoryPageStore
) -> None:
    await recorder.insert_events([recorded()])
    async with Recorder(memory, SettableClock()) as other:
        await other.insert_events([recorded()])
    store.lost_scans = 1
    with pytest.raises(JournalUnavailable):
        await recorder.insert_events([recorded()])
    assert await recorder.insert_events([recorded()]) == range(3, 4)


async def test_a_caller_that_left_is_not_told_of_its_conflict(recorder: Recorder, store: FaultyPageStore) -> None:
    taken = recorded()
    await recorder.insert_events([taken])
    store.gate.clear()
    async with asyncio.TaskGroup() as tasks:
        request = tasks.create_task(recorder.insert_events([taken]))
        await until(lambda: store.inserting == 2)
        request.cancel()
    store.gate.set()
    assert await recorder.insert_events([recorded()]) == range(2, 3)


async def test_a_process_that_ends_while_the_store_hangs_tells_its_callers(store: FaultyPageStore) -> None:
    store.gate.clear()
    async with asyncio.TaskGroup() as tasks, Recorder(store, SettableClock(), give_up_s=0.05) as recorder:
        told = tasks.create_task(told_that_nobody_knows(recorder))
        await until(lambda: store.inserting == 1)
    assert told.result()


async def told_that_nobody_knows(recorder: Recorder) -> bool:
    with pytest.raises(OutcomeUnknown):
        await recorder.insert_events([recorded()])
    return True
