"""The contract of every page store: memory, and MongoDB with both drivers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from uuid import uuid4

import pytest
from eventsourcing.persistence import Tracking

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.adapters.mongo.driver import Driver
from ledger.application.journal.layout import next_page
from ledger.application.journal.page import Append, Page
from ledger.application.journal.store import PageStore, PageTaken, StreamVersionTaken
from ledger.application.journal.tree import NOTHING, TreeState
from tests.support.journal import mongo_page_store, recorded, stream_id, stream_of

CLOCK = SettableClock()


@pytest.fixture(params=["memory", *Driver])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[PageStore]:
    if request.param == "memory":
        yield MemoryPageStore()
        return
    mongo, name = request.getfixturevalue("mongo"), request.getfixturevalue("mongo_database")
    opened: AbstractAsyncContextManager[PageStore] = mongo_page_store(mongo, name, Driver(request.param))
    async with opened as pages:
        yield pages


def page_of(tree: TreeState, *appends: Append, writer: str = "w") -> Page:
    return next_page(tree, appends, writer=writer, now=CLOCK.now())


async def written(store: PageStore, *sizes: int) -> list[Page]:
    tree, pages = NOTHING, []
    for size in sizes:
        page = page_of(tree, Append.of(stream_of(size), None))
        await store.insert(page)
        pages.append(page)
        tree = page.tree
    return pages


async def test_an_empty_journal_has_no_last_page(store: PageStore) -> None:
    assert await store.last() is None
    assert await store.last_position() == 0
    assert await store.holding(1) is None
    assert [page async for page in store.pages(1)] == []
    assert await store.stream(uuid4()) == []


async def test_a_page_is_read_back_equal_from_wherever_it_is_asked_for(store: PageStore) -> None:
    """EVT-3: the exact bytes of every record are kept."""
    one, two, three = await written(store, 3, 128, 1)
    assert await store.at(1) == one
    assert await store.at(2) is None
    assert [await store.holding(position) for position in (3, 4, 131, 132, 999)] == [one, two, two, three, three]
    assert await store.last() == three
    assert await store.last_position() == 132
    assert [page async for page in store.pages(2)] == [two, three]
    assert [page async for page in store.pages(1)] == [one, two, three]


async def test_unusual_text_in_a_record_is_kept_to_the_byte(store: PageStore) -> None:
    """EVT-10."""
    stream = uuid4()
    records = ["\x00", "é", "e\u0301", "😀", '{"a":9007199254740993}', ""]
    events = [recorded(stream, number) for number in range(len(records))]
    append = Append.of(
        [type(e)(stream, e.originator_version, "t", r.encode()) for e, r in zip(events, records, strict=True)], None
    )
    page = page_of(NOTHING, append)
    await store.insert(page)
    assert await store.last() == page


async def test_a_position_is_given_once(store: PageStore) -> None:
    """EVT-2."""
    (first,) = await written(store, 2)
    with pytest.raises(PageTaken):
        await store.insert(page_of(NOTHING, Append.of(stream_of(1), None), writer="other"))
    with pytest.raises(PageTaken):
        await store.insert(first)


async def test_a_stream_version_is_given_once_and_all_that_are_taken_are_named(store: PageStore) -> None:
    """EVT-2."""
    (first,) = await written(store, 4)
    taken, free = first.events[1], recorded()
    again = [recorded(entry.originator_id, entry.originator_version) for entry in (taken, first.events[3])]
    page = page_of(first.tree, Append.of([free, *again], None))
    with pytest.raises(StreamVersionTaken) as conflict:
        await store.insert(page)
    assert conflict.value.keys == {taken.key, first.events[3].key}
    assert await store.last() == first, "nothing of the page was written"


async def test_a_stream_is_picked_out_of_its_pages_with_positions(store: PageStore) -> None:
    events = stream_of(6)
    stream = stream_id(events[0])
    tree = NOTHING
    for part in (events[:2], events[2:3], events[3:]):
        page = page_of(tree, Append.of([recorded(), *part, recorded()], None))
        await store.insert(page)
        tree = page.tree
    positions = [2, 3, 6, 9, 10, 11]

    async def versions(**bounds: int | bool) -> list[int]:
        found = await store.stream(stream, **bounds)  # type: ignore[arg-type]
        assert all(positions[entry.originator_version - 1] == position for position, entry in found)
        assert all(events[entry.originator_version - 1].state == entry.record for _, entry in found)
        return [entry.originator_version for _, entry in found]

    assert await versions() == [1, 2, 3, 4, 5, 6]
    assert await versions(desc=True) == [6, 5, 4, 3, 2, 1]
    assert await versions(gt=2) == [3, 4, 5, 6]
    assert await versions(gt=1, lte=5) == [2, 3, 4, 5]
    assert await versions(lte=5, desc=True, limit=2) == [5, 4]
    assert await versions(gt=1, limit=2) == [2, 3]
    assert await versions(desc=True, limit=1) == [6]
    assert await versions(gt=6) == []


async def test_tracking_is_the_highest_of_what_rode_on_pages_and_of_what_came_alone(store: PageStore) -> None:
    assert await store.max_tracking_id("up") is None
    appends = [Append.of([recorded()], Tracking(name, number)) for name, number in (("up", 1), ("up", 4), ("x", 9))]
    first = page_of(NOTHING, *appends)
    await store.insert(first)
    await store.insert(page_of(first.tree, Append.of([recorded()], Tracking("x", 10))))
    assert await store.max_tracking_id("up") == 4
    assert await store.max_tracking_id("x") == 10
    assert not await store.insert_tracking(Tracking("up", 4))
    assert await store.insert_tracking(Tracking("up", 7))
    assert not await store.insert_tracking(Tracking("up", 6))
    assert await store.max_tracking_id("up") == 7


async def test_the_doorbell_rings_when_a_page_is_inserted(store: PageStore) -> None:
    """EVT-2: whoever waits hears of it, and a bell that does not ring ends by itself."""
    assert await store.wait_for_more(0, but_by="nobody", timeout_s=0.05) == 0
    async with asyncio.TaskGroup() as tasks, asyncio.timeout(20):

        async def heard(position: int) -> None:
            while await store.wait_for_more(position - 1, but_by="nobody", timeout_s=1.0) < position:
                pass

        waiting = tasks.create_task(heard(5))
        await written(store, 3, 2)
        await waiting
    assert await store.wait_for_more(4, but_by="nobody", timeout_s=1.0) == 5
