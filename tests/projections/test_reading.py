"""A reader gets what was written, as it looks at the moment of reading."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from typing_extensions import override

from ledger.application.journal.recorder import Recorder
from ledger.application.journal.store import PageStore
from ledger.application.mapper import Mapper
from ledger.application.views import Document
from projections.catalogue import CHECKOUT_STATUS, PAYMENTS
from projections.errors import TooManyWatchers, ViewBehind
from projections.history import History
from projections.hot import WATCHERS, Hot
from projections.opening import Projections
from projections.payments import settled
from projections.reader import Reader
from projections.view import View
from tests.projections.ledger_in_memory import InMemory, in_memory, until
from tests.support.examples import CHECKOUT, NOW, ORGANIZATION, PAYMENT, TERMS


async def test_who_writes_reads_it_at_once(ledger: InMemory, projections: Projections) -> None:
    position = await ledger.open_checkout(CHECKOUT)
    document = await projections.reader.get(CHECKOUT_STATUS, CHECKOUT, at_least=position)
    assert document is not None
    assert (document.body["status"], document.position) == ("open", position)
    assert document.organization_id == ORGANIZATION


async def test_what_is_in_memory_is_read_without_waiting(ledger: InMemory, projections: Projections) -> None:
    await ledger.open_checkout(CHECKOUT)
    await ledger.initiate(CHECKOUT, PAYMENT)
    document = projections.reader.peek(CHECKOUT_STATUS, CHECKOUT)
    assert document is not None
    assert document.body["status"] == "processing"


async def test_a_document_that_did_not_change_is_the_same_object(ledger: InMemory, projections: Projections) -> None:
    await ledger.open_checkout(CHECKOUT)
    first = projections.reader.peek(CHECKOUT_STATUS, CHECKOUT)
    assert first is projections.reader.peek(CHECKOUT_STATUS, CHECKOUT)
    ledger.clock.advance(hours=25)
    expired = projections.reader.peek(CHECKOUT_STATUS, CHECKOUT)
    assert expired is projections.reader.peek(CHECKOUT_STATUS, CHECKOUT)
    assert expired is not first


async def test_nothing_is_read_of_what_never_was(projections: Projections) -> None:
    assert await projections.reader.get(PAYMENTS, UUID(int=9)) is None


async def test_a_position_the_journal_has_not_reached_is_waited_for_and_then_refused(
    ledger: InMemory, projections: Projections
) -> None:
    position = await ledger.open_checkout(CHECKOUT)
    with pytest.raises(ViewBehind):
        await projections.reader.get(CHECKOUT_STATUS, CHECKOUT, at_least=position + 1, timeout_s=0.01)


async def test_what_is_not_in_memory_is_read_from_store_and_stream(ledger: InMemory) -> None:
    for number in range(1, 6):
        await ledger.open_checkout(UUID(int=number))
    async with ledger.projecting(hot_documents=1) as projections:
        for number in (1, 2, 1):
            document = await projections.reader.get(CHECKOUT_STATUS, UUID(int=number))
            assert document is not None
            assert document.body["id"] == f"cs_{UUID(int=number).hex}"
        assert projections.reader.peek(CHECKOUT_STATUS, UUID(int=2)) is None


async def test_a_stored_document_saves_reading_what_it_reflects(ledger: InMemory, projections: Projections) -> None:
    """EVT-7: a long history costs no more than what is new in it."""
    await ledger.open_checkout(CHECKOUT)
    for number in range(1, 51):
        await ledger.initiate(CHECKOUT, UUID(int=number))
        await ledger.decline(UUID(int=number))
    stored = await projections.reader.get(CHECKOUT_STATUS, CHECKOUT)
    await ledger.initiate(CHECKOUT, PAYMENT)
    read = await ledger.recorder.select_placed(CHECKOUT, gt=stored.version if stored else None)
    folded = await projections.history.fold(CHECKOUT_STATUS, CHECKOUT, snapshot=stored)
    assert len(read) == 1
    assert folded == await projections.history.fold(CHECKOUT_STATUS, CHECKOUT)


async def test_what_happens_while_a_document_is_read_is_not_lost(ledger: InMemory, projections: Projections) -> None:
    position = await ledger.open_checkout(CHECKOUT)
    slow = SlowHistory(ledger.recorder, ledger.pages, ledger.mapper)
    tail, hot = projections.tail, Hot([CHECKOUT_STATUS])
    tail.listen(hot.apply)
    reader = Reader(tail=tail, hot=hot, store=ledger.views, history=slow, clock=ledger.clock)
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(reader.get(CHECKOUT_STATUS, CHECKOUT, at_least=position))
        await slow.has_read.wait()
        await ledger.initiate(CHECKOUT, PAYMENT)
        slow.may_return.set()
    document = reading.result()
    assert document is not None
    assert document.body["status"] == "processing"
    kept = reader.peek(CHECKOUT_STATUS, CHECKOUT)
    assert kept == document


class SlowHistory(History):
    """Gives what it read only when it may."""

    has_read: asyncio.Event
    may_return: asyncio.Event

    def __init__(self, recorder: Recorder, pages: PageStore, mapper: Mapper) -> None:
        super().__init__(recorder, pages, mapper)
        self.has_read, self.may_return = asyncio.Event(), asyncio.Event()

    @override
    async def fold(
        self, view: View, stream_id: UUID, *, upto: int | None = None, snapshot: Document | None = None
    ) -> Document | None:
        document = await super().fold(view, stream_id, upto=upto, snapshot=snapshot)
        self.has_read.set()
        await self.may_return.wait()
        return document


async def test_another_process_reads_what_this_one_wrote(ledger: InMemory, projections: Projections) -> None:
    async with in_memory(ledger.pages, ledger.views, ledger.clock) as other, other.projecting() as elsewhere:
        position = await ledger.open_checkout(CHECKOUT)
        document = await elsewhere.reader.get(CHECKOUT_STATUS, CHECKOUT, at_least=position)
        assert document is not None
        assert document.position == position
        position = await ledger.initiate(CHECKOUT, PAYMENT)
        document = await elsewhere.reader.get(CHECKOUT_STATUS, CHECKOUT, at_least=position)
        assert document is not None
        assert document.body["status"] == "processing"


async def test_lists_show_one_owner_newest_first_as_current_as_a_single_read(
    ledger: InMemory, projections: Projections
) -> None:
    """CHK-10."""
    for number in range(1, 6):
        await ledger.open_checkout(UUID(int=number))
    await ledger.open_checkout(UUID(int=6), replace(TERMS, organization_id=UUID(int=99)))
    await until(lambda: projections.runner.written == 6)
    await ledger.initiate(UUID(int=3), PAYMENT)
    first = await projections.reader.page(CHECKOUT_STATUS, ORGANIZATION, "test", limit=3)
    rest = await projections.reader.page(CHECKOUT_STATUS, ORGANIZATION, "test", limit=3, before=first.before)
    assert [document.id.int for document in (*first.documents, *rest.documents)] == [5, 4, 3, 2, 1]
    assert first.documents[2].body["status"] == "processing"
    assert rest.before is None


async def test_who_begins_something_finds_it_in_the_list_at_once(ledger: InMemory, projections: Projections) -> None:
    for number in range(1, 8):
        await ledger.open_checkout(UUID(int=number))
        await ledger.open_checkout(UUID(int=100 + number), replace(TERMS, organization_id=UUID(int=99)))
        listed = await projections.reader.page(CHECKOUT_STATUS, ORGANIZATION, "test", limit=2)
        assert [document.id.int for document in listed.documents] == [number, number - 1][:number]
    listed = await projections.reader.page(CHECKOUT_STATUS, ORGANIZATION, "test", limit=2)
    rest = await projections.reader.page(CHECKOUT_STATUS, ORGANIZATION, "test", limit=2, before=listed.before)
    assert [document.id.int for document in rest.documents] == [5, 4]


async def test_a_watcher_sees_each_form_and_leaves_nothing_behind(ledger: InMemory, projections: Projections) -> None:
    await ledger.open_checkout(CHECKOUT)
    async with projections.reader.watch(CHECKOUT_STATUS, CHECKOUT) as documents:
        assert (await anext(documents)).body["status"] == "open"
        await ledger.initiate(CHECKOUT, PAYMENT)
        assert (await anext(documents)).body["status"] == "processing"
        await ledger.decline(PAYMENT)
        assert (await anext(documents)).body["status"] == "open"
        assert projections.hot.watchers == 1
    assert projections.hot.watchers == 0


async def test_a_watcher_sees_an_expiry_nobody_recorded(ledger: InMemory, projections: Projections) -> None:
    """CHK-5."""
    await ledger.open_checkout(CHECKOUT)
    ledger.clock.set(NOW + timedelta(hours=24) - timedelta(milliseconds=10))
    async with projections.reader.watch(CHECKOUT_STATUS, CHECKOUT) as documents, asyncio.timeout(10):
        assert (await anext(documents)).body["status"] == "open"
        ledger.clock.advance(seconds=1)
        assert (await anext(documents)).body["status"] == "expired"


async def test_a_cancelled_watcher_leaves_nothing_behind(ledger: InMemory, projections: Projections) -> None:
    async def watch() -> None:
        async with projections.reader.watch(PAYMENTS, PAYMENT) as documents:
            async for _ in documents:
                pass

    async with asyncio.TaskGroup() as tasks:
        watching = [tasks.create_task(watch()) for _ in range(10)]
        await until(lambda: projections.hot.watchers == 10)
        for task in watching:
            task.cancel()
    assert projections.hot.watchers == 0
    assert projections.hot._watching == {}
    assert projections.hot._reading == {}


async def test_only_so_many_may_watch(projections: Projections) -> None:
    projections.hot.watchers = WATCHERS
    with pytest.raises(TooManyWatchers):
        async with projections.reader.watch(PAYMENTS, PAYMENT):
            pass
    projections.hot.watchers = 0


async def test_who_waits_for_an_outcome_hears_it_when_it_comes(ledger: InMemory, projections: Projections) -> None:
    await ledger.open_checkout(CHECKOUT)
    await ledger.initiate(CHECKOUT, PAYMENT)
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(projections.reader.wait_until(PAYMENTS, PAYMENT, settled, timeout_s=10))
        await until(lambda: projections.hot.watchers == 1)
        await ledger.capture(PAYMENT)
    document = waiting.result()
    assert document is not None
    assert document.body["status"] == "succeeded"
    assert projections.hot.watchers == 0


async def test_who_waits_too_long_gets_what_there_is(ledger: InMemory, projections: Projections) -> None:
    await ledger.open_checkout(CHECKOUT)
    await ledger.initiate(CHECKOUT, PAYMENT)
    document = await projections.reader.wait_until(PAYMENTS, PAYMENT, settled, timeout_s=0.01)
    assert document is not None
    assert document.body["status"] == "initiated"
    assert projections.hot.watchers == 0
