"""The runner: pages become documents, whoever dies and however many run."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent
from typing_extensions import override

from ledger.adapters.memory.views import MemoryViewStore
from ledger.application.journal.errors import JournalUnavailable
from ledger.application.journal.layout import next_page
from ledger.application.journal.page import Append
from ledger.application.journal.recorder import Recorder
from ledger.application.journal.tree import NOTHING
from ledger.application.views import Document
from projections.catalogue import CHECKOUT_STATUS, PAYMENTS, VIEWS
from projections.opening import Projections
from projections.rebuild import Rebuild
from projections.tail import Facts
from tests.projections.ledger_in_memory import InMemory, in_memory, tell, until
from tests.support.examples import CHECKOUT, PAYMENT


async def stored(ledger: InMemory, store: MemoryViewStore) -> dict[str, list[Document]]:
    return {view.name: [each async for each in store.documents(f"{view.name}@1")] for view in VIEWS}


async def from_zero(ledger: InMemory) -> dict[str, list[Document]]:
    """Return what a new store holds after the whole journal."""
    store = MemoryViewStore(ledger.clock)
    async with ledger.projecting(store) as projections:
        await until(lambda: projections.runner.written == projections.runner.position)
    return await stored(ledger, store)


async def test_a_new_runner_catches_up_with_the_whole_journal(ledger: InMemory, projections: Projections) -> None:
    """EVT-5."""
    await tell(ledger, checkouts=20)
    await until(lambda: projections.runner.lag == 0)
    assert isinstance(ledger.views, MemoryViewStore)
    assert await from_zero(ledger) == await stored(ledger, ledger.views)


async def test_applying_pages_again_changes_nothing(ledger: InMemory, projections: Projections) -> None:
    """EVT-5."""
    await tell(ledger)
    await until(lambda: projections.runner.lag == 0)
    store = ledger.views
    assert isinstance(store, MemoryViewStore)
    before = await stored(ledger, store)
    store._tracked.clear()
    await until(lambda: store._tracked.get("payments@1") == projections.runner.position)
    assert await stored(ledger, store) == before


class DiesBeforeTracking(MemoryViewStore):
    """Keeps documents, and never gets as far as the tracking."""

    has_stopped = False

    @override
    async def track(self, collections: Iterable[str], position: int) -> None:
        self.has_stopped = True
        await asyncio.Event().wait()


async def test_a_runner_killed_between_documents_and_tracking_is_taken_over(ledger: InMemory) -> None:
    """EVT-5, CONS-2."""
    dying = DiesBeforeTracking(ledger.clock)
    async with ledger.projecting(dying):
        await tell(ledger)
        await until(lambda: dying.has_stopped)
    assert dying._tracked == {}
    heir = MemoryViewStore(ledger.clock)
    heir._collections = dying._collections
    assert len(heir._collections) > 0
    async with ledger.projecting(heir) as projections:
        await until(lambda: projections.runner.written == projections.runner.position)
    assert await stored(ledger, heir) == await from_zero(ledger)


class GivesEveryoneTheLease(MemoryViewStore):
    """Lets anybody write."""

    @override
    async def hold(self, lease: str, holder: str, *, ttl_s: float) -> int | None:
        return 1


async def test_two_runners_at_once_are_harmless(ledger: InMemory) -> None:
    """EVT-5."""
    store = GivesEveryoneTheLease(ledger.clock)
    async with AsyncExitStack() as stack:
        processes = [ledger, await stack.enter_async_context(in_memory(ledger.pages, store, ledger.clock))]
        running = [await stack.enter_async_context(process.projecting(store)) for process in processes]
        await tell(ledger, checkouts=20)
        end = running[0].runner.position
        for projections in running:
            await until(lambda runner=projections.runner: runner.written == end)  # type: ignore[misc]
    assert await stored(ledger, store) == await from_zero(ledger)


async def test_only_one_process_writes_and_the_next_takes_over(ledger: InMemory) -> None:
    async with in_memory(ledger.pages, ledger.views, ledger.clock) as other, AsyncExitStack() as stack:
        first = await stack.enter_async_context(ledger.projecting())
        await until(lambda: first.runner.writes)
        async with other.projecting() as second:
            position = await ledger.open_checkout(CHECKOUT)
            await until(lambda: second.runner.position == position)
            assert not second.runner.writes
            await stack.aclose()
            await until(lambda: second.runner.writes)
            position = await other.open_checkout(UUID(int=5))
            await until(lambda: second.runner.written == position)


class AwayNowAndThen(MemoryViewStore):
    """Fails every fourth write."""

    writes = 0

    @override
    async def put_many(self, collection: str, documents: Sequence[Document]) -> None:
        self.writes += 1
        if self.writes % 4 == 1:
            raise JournalUnavailable
        await super().put_many(collection, documents)


async def test_a_store_that_is_away_now_and_then_is_waited_for(ledger: InMemory) -> None:
    store = AwayNowAndThen(ledger.clock)
    async with ledger.projecting(store) as projections:
        await tell(ledger, checkouts=3)
        await until(lambda: projections.runner.written == projections.runner.position)
        assert projections.runner.ready
    assert await stored(ledger, store) == await from_zero(ledger)


async def test_a_journal_that_contradicts_itself_stops_the_views_and_leaves_what_was_read(
    ledger: InMemory, projections: Projections, caplog: pytest.LogCaptureFixture
) -> None:
    """EVT-2: the reader stops there and says so."""
    position = await ledger.open_checkout(CHECKOUT)
    await until(lambda: projections.runner.written == position)
    last = await ledger.pages.last()
    assert last is not None
    event = StoredEvent(PAYMENT, 1, "payment.initiated", b"{}")
    page = next_page(last.tree, [Append.of([event], None)], writer="nobody", now=ledger.clock.now())
    await ledger.pages.insert(replace(page, tree=replace(NOTHING, size=page.tree.size)))
    await until(lambda: projections.runner.failure is not None)
    assert not projections.runner.ready
    assert f"views stop after position {position}" in caplog.text
    document = await projections.reader.get(CHECKOUT_STATUS, CHECKOUT)
    assert document is not None
    assert document.body["status"] == "open"
    assert len((await projections.reader.page(CHECKOUT_STATUS, document.organization_id, "test")).documents) == 1


async def test_a_record_that_cannot_be_read_stops_the_views(ledger: InMemory, projections: Projections) -> None:
    event = StoredEvent(PAYMENT, 1, "payment.initiated", b'{"topic": "payment.initiated"}')
    await ledger.recorder.insert_events([event])
    await until(lambda: projections.runner.failure is not None)
    assert not projections.runner.ready


async def test_a_runner_notices_a_switch_and_goes_on_in_the_new_collection(
    ledger: InMemory, projections: Projections
) -> None:
    """EVT-5."""
    await ledger.open_checkout(CHECKOUT)
    await Rebuild(
        recorder=ledger.recorder, mapper=ledger.mapper, store=ledger.views, history=projections.history
    ).run(PAYMENTS)
    await ledger.initiate(CHECKOUT, PAYMENT)

    async def is_there() -> bool:
        return PAYMENT in await ledger.views.get_many("payments@2", [PAYMENT])

    await until(is_there)


async def test_what_changes_in_quick_succession_is_written_once(ledger: InMemory, projections: Projections) -> None:
    counting = CountsDocuments(ledger.clock)
    async with ledger.projecting(counting) as other:
        await tell(ledger, checkouts=10)
        await until(lambda: other.runner.written == other.runner.position)
    distinct = sum(len(documents) for documents in (await stored(ledger, counting)).values())
    assert distinct <= counting.documents_written < other.runner.position / 2


class CountsDocuments(MemoryViewStore):
    """Counts what it is given but for entries, which never change and are written once anyway."""

    documents_written = 0

    @override
    async def put_many(self, collection: str, documents: Sequence[Document]) -> None:
        self.documents_written += sum(document.series is None for document in documents)
        await super().put_many(collection, documents)


async def test_a_bug_in_a_view_is_not_passed_over(ledger: InMemory) -> None:
    """A listener that fails on a page meets it again and stops the process; it is never silently behind."""

    def fail(facts: Facts) -> None:
        raise AssertionError(f"a bug at {facts.first}")

    with pytest.RaisesGroup(AssertionError):
        async with ledger.projecting() as projections:
            projections.tail.listen(fail)
            await ledger.open_checkout(CHECKOUT)
            await asyncio.Event().wait()


async def test_pages_that_another_process_wrote_are_heard_of(ledger: InMemory, projections: Projections) -> None:
    """A key that was revoked elsewhere is forgotten here."""
    heard: list[int] = []
    projections.tail.on_page(lambda page: heard.append(page.position))
    async with Recorder(ledger.pages, ledger.clock, name="other") as other:
        await replace(ledger, recorder=other).open_checkout(CHECKOUT)
        await until(lambda: heard == [1])
