"""Group commit, and what its callers are told: over a store in memory, whole and faulty."""

import asyncio
from itertools import pairwise

import pytest
from eventsourcing.persistence import IntegrityError, Tracking

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.lease import MemoryWriterLease
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.application.journal.errors import (
    AppendTooLarge,
)
from ledger.application.journal.page import Page
from ledger.application.journal.recorder import Recorder
from tests.support.faults import FaultyPageStore
from tests.support.journal import all_pages, events_of, recorded, stream_id, stream_of, until


async def test_concurrent_appends_share_pages_and_get_dense_positions(
    recorder: Recorder, memory: MemoryPageStore
) -> None:
    """EVT-2: the order is total and without gaps."""
    results = await asyncio.gather(*(recorder.insert_events(stream_of(2)) for _ in range(200)))
    assert sorted(position for positions in results for position in positions) == list(range(1, 401))
    assert all(second == first + 1 for first, second in results)
    pages = await all_pages(memory)
    assert len(pages) < 10, "they were written in groups"
    assert all(page.next_position == after.position for page, after in pairwise(pages))


async def test_a_conflict_fails_its_caller_and_nobody_else(recorder: Recorder) -> None:
    """EVT-2: (stream, version) is unique."""
    taken = recorded()
    await recorder.insert_events([taken])
    again = recorded(stream_id(taken))
    outcomes = await asyncio.gather(
        recorder.insert_events([recorded()]),
        recorder.insert_events([recorded(), again]),
        recorder.insert_events([recorded()]),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], IntegrityError)
    assert [outcomes[0], outcomes[2]] == [range(2, 3), range(3, 4)]
    assert await recorder.max_notification_id() == 3, "the failed append left nothing"


async def test_of_two_that_append_the_same_version_at_once_one_wins_and_the_other_can_see_it(
    recorder: Recorder,
) -> None:
    """EVT-2: a conflict inside one page."""
    first = recorded()
    stream = stream_id(first)
    second = recorded(stream)

    async def lose() -> list[object]:
        with pytest.raises(IntegrityError):
            await recorder.insert_events([second])
        return [*await recorder.select_events(stream)]

    _, seen = await asyncio.gather(recorder.insert_events([first]), lose())
    assert seen == [first]


async def test_an_append_that_contradicts_itself_is_refused_alone(recorder: Recorder) -> None:
    twice = recorded()
    with pytest.raises(IntegrityError):
        await recorder.insert_events([twice, twice])
    assert await recorder.insert_events([twice]) == range(1, 2)


async def test_an_append_that_no_page_can_hold_is_refused_before_anything_is_written(
    recorder: Recorder, store: FaultyPageStore
) -> None:
    with pytest.raises(AppendTooLarge):
        await recorder.insert_events(stream_of(129))
    assert store.inserting == 0


async def test_nothing_to_write_writes_nothing(recorder: Recorder, store: FaultyPageStore) -> None:
    assert await recorder.insert_events([]) == []
    assert store.inserting == 0


async def test_callers_wait_when_too_many_wait_already(recorder: Recorder, store: FaultyPageStore) -> None:
    """Backpressure: the queue has a limit, and cancelling outside it leaves nothing behind."""
    store.gate.clear()
    recorder._backlog.limit = 2
    async with asyncio.TaskGroup() as tasks:
        requests = [tasks.create_task(recorder.insert_events([recorded()])) for _ in range(6)]
        await until(lambda: store.inserting == 1)
        assert len(recorder._backlog) == 2
        requests[3].cancel()
        store.gate.set()
    assert sum(not request.cancelled() for request in requests) == 5
    assert await recorder.max_notification_id() == 5


async def test_racing_writers_stay_correct(memory: MemoryPageStore) -> None:
    """EVT-2: several writers on one store."""
    async with (
        Recorder(memory, SettableClock(), name="a") as one,
        Recorder(memory, SettableClock(), name="b") as two,
        Recorder(memory, SettableClock(), name="c") as three,
    ):
        events = [stream_of(1 + number % 3) for number in range(300)]
        writers = (one, two, three)
        await asyncio.gather(*(writers[number % 3].insert_events(each) for number, each in enumerate(events)))
        followed = []
        async for page in one.follow():
            followed.append(page)
            if page.last_position == 600:
                break
    keys = [(stream_id(event), event.originator_version) for each in events for event in each]
    assert sorted(events_of(followed)) == sorted(keys)
    assert len({page.writer for page in followed}) == 3


async def test_a_listener_has_the_page_before_its_caller_hears(recorder: Recorder) -> None:
    heard: list[Page] = []
    stop = recorder.on_commit(heard.append)
    recorder.on_commit(lambda page: 1 // 0)  # type: ignore[arg-type]
    await recorder.insert_events([recorded()])
    assert [page.position for page in heard] == [1]
    stop()
    await recorder.insert_events([recorded()])
    assert len(heard) == 1


async def test_tracking_goes_only_forward(recorder: Recorder) -> None:
    await recorder.insert_events([recorded()], tracking=Tracking("up", 5))
    with pytest.raises(IntegrityError):
        await recorder.insert_events([recorded()], tracking=Tracking("up", 5))
    await recorder.insert_events([], tracking=Tracking("up", 6))
    with pytest.raises(IntegrityError):
        await recorder.insert_events([], tracking=Tracking("up", 6))
    assert await recorder.max_tracking_id("up") == 6
    assert await recorder.has_tracking_id("up", None)
    assert not await recorder.has_tracking_id("up", 7)


async def test_placed_events_say_where_they_are(recorder: Recorder) -> None:
    events = stream_of(3)
    await recorder.insert_events([recorded(), *events[:2]])
    await recorder.insert_events(events[2:])
    placed = await recorder.select_placed(stream_id(events[0]))
    assert [(each.position, each.event) for each in placed] == [(2, events[0]), (3, events[1]), (4, events[2])]


async def test_whoever_loses_a_race_says_so_and_collects_longer_until_it_is_its_turn(
    store: FaultyPageStore, memory: MemoryPageStore
) -> None:
    lease = MemoryWriterLease()
    async with (
        Recorder(store, SettableClock(), lease=lease) as recorder,
        Recorder(memory, SettableClock()) as other,
    ):
        await recorder.insert_events([recorded()])
        await other.insert_events([recorded()])
        await recorder.insert_events([recorded()])
        assert lease.lost_races == 1
        results = await asyncio.gather(*(recorder.insert_events([recorded()]) for _ in range(5)))
    assert results == [range(number, number + 1) for number in range(4, 9)]
