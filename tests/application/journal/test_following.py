"""EVT-2, EVT-8: a reader follows the pages, misses none, and stops where they contradict themselves."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import orjson
import pytest

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.application.journal.checks import check_follows
from ledger.application.journal.errors import CorruptJournal
from ledger.application.journal.layout import next_page
from ledger.application.journal.page import Append, Entry, Page
from ledger.application.journal.recorder import Recorder
from ledger.application.journal.tree import NOTHING, TreeState
from tests.support.faults import FaultyPageStore
from tests.support.journal import recorded, stream_of, until

CLOCK = SettableClock()


def page_after(tree: TreeState, events: int = 3) -> Page:
    return next_page(tree, [Append.of(stream_of(events), None)], writer="w", now=CLOCK.now())


@pytest.mark.parametrize("start", [1, 2, 3, 4, 9])
async def test_following_begins_with_the_page_that_holds_the_start(start: int) -> None:
    async with Recorder(MemoryPageStore(), CLOCK) as recorder:
        for _ in range(3):
            await recorder.insert_events(stream_of(3))
        async for page in recorder.follow(start):
            assert page.position <= start <= page.last_position
            break


async def test_a_start_beyond_the_end_waits_for_it() -> None:
    async with Recorder(MemoryPageStore(), CLOCK) as recorder, asyncio.TaskGroup() as tasks:
        await recorder.insert_events(stream_of(3))
        first = tasks.create_task(anext(recorder.follow(8)))
        await recorder.insert_events(stream_of(3))
        await recorder.insert_events(stream_of(3))
        assert (await first).position == 7


async def test_a_follower_goes_on_when_the_store_was_away() -> None:
    store = FaultyPageStore(MemoryPageStore())
    async with Recorder(store, CLOCK) as recorder, asyncio.TaskGroup() as tasks:
        await recorder.insert_events(stream_of(3))
        store.is_away = True
        first = tasks.create_task(anext(recorder.follow()))
        await asyncio.sleep(0)
        store.is_away = False
        assert (await first).position == 1


async def test_a_follower_hears_of_pages_that_others_wrote() -> None:
    """EVT-2."""
    store = MemoryPageStore()
    async with (
        Recorder(store, CLOCK) as writer,
        Recorder(store, CLOCK) as reader,
        asyncio.TaskGroup() as tasks,
    ):
        seen: list[int] = []

        async def tail() -> None:
            async for page in reader.follow():
                seen.extend(range(page.position, page.next_position))
                if len(seen) == 300:
                    return

        tasks.create_task(tail())
        await until(lambda: reader._is_listening)
        for _ in range(100):
            await writer.insert_events(stream_of(3))
    assert seen == list(range(1, 301))


def damaged(page: Page, index: int, **fields: object) -> Page:
    events = list(page.events)
    events[index] = replace(events[index], **fields)  # type: ignore[arg-type]
    return replace(page, events=tuple(events))


def another(entry: Entry) -> bytes:
    record = orjson.loads(entry.record)
    return orjson.dumps(record | {"salt": "another"})


@pytest.mark.parametrize(
    ("damage", "position", "named"),
    [
        (lambda page: damaged(page, 1, record=another(page.events[1])), 4, "root"),
        (lambda page: damaged(page, 1, topic="payment.captured"), 5, "topic"),
        (lambda page: damaged(page, 2, originator_version=9), 6, "originator_version"),
        (lambda page: damaged(page, 0, originator_id=uuid4()), 4, "originator_id"),
        (lambda page: replace(page, position=5), 4, "dense"),
        (lambda page: replace(page, events=()), 4, "empty"),
        (lambda page: replace(page, events=page.events[:2]), 4, "size"),
        (lambda page: replace(page, events=(*page.events[::-1],)), 4, "root"),
        (lambda page: replace(page, tree=replace(page.tree, frontier=())), 4, "frontier"),
        (lambda page: replace(page, tree=replace(page.tree, root=b"\0" * 32)), 4, "root"),
    ],
)
def test_a_reader_names_the_position_and_what_differs(damage, position: int, named: str) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    """EVT-8."""
    before = page_after(NOTHING)
    sound = page_after(before.tree)
    check_follows(before.tree, sound)
    with pytest.raises(CorruptJournal, match=named) as corrupt:
        check_follows(before.tree, damage(sound))
    assert corrupt.value.position == position


@pytest.mark.parametrize("record", [b"no json", b"[]", b"{}"])
def test_a_record_that_does_not_name_itself_is_held_by_the_tree_alone(record: bytes) -> None:
    entries = (Entry(uuid4(), 1, "t", record),)
    page = next_page(NOTHING, [Append(entries, None, 1)], writer="w", now=CLOCK.now())
    check_follows(NOTHING, page)


async def test_a_follower_stops_at_a_corrupt_page() -> None:
    """EVT-8."""
    store = MemoryPageStore()
    first = page_after(NOTHING)
    await store.insert(first)
    await store.insert(damaged(page_after(first.tree), 1, record=recorded().state))
    async with Recorder(store, CLOCK) as recorder:
        pages = recorder.follow()
        assert await anext(pages) == first
        with pytest.raises(CorruptJournal) as corrupt:
            await anext(pages)
    assert corrupt.value.position == 5


async def test_notifications_are_selected_across_pages() -> None:
    async with Recorder(MemoryPageStore(), CLOCK) as recorder:
        for number in range(4):
            await recorder.insert_events([recorded(topic=f"t{number % 2}"), recorded(topic="x"), recorded(topic="x")])

        async def found(start: int | None, limit: int = 99, **more: object) -> list[int]:
            return [each.id for each in await recorder.select_notifications(start, limit, **more)]  # type: ignore[arg-type]

        assert await found(None) == list(range(1, 13))
        assert await found(5, 4) == [5, 6, 7, 8]
        assert await found(5, stop=7, inclusive_of_start=False) == [6, 7]
        assert await found(2, stop=2) == [2]
        assert await found(1, topics=["t1"]) == [4, 10]
        assert await found(99) == []


async def test_several_may_follow() -> None:
    async with Recorder(MemoryPageStore(), CLOCK) as recorder, asyncio.TaskGroup() as tasks:
        followers = [tasks.create_task(anext(recorder.follow())) for _ in range(3)]
        await recorder.insert_events([recorded()])
        assert [(await follower).position for follower in followers] == [1, 1, 1]


async def test_an_empty_journal_has_no_notifications() -> None:
    async with Recorder(MemoryPageStore(), CLOCK) as recorder:
        assert await recorder.select_notifications(None, 10) == []
        assert await recorder.max_notification_id() is None
