"""A release that folds a view otherwise builds it anew when it starts, beside what people read meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from uuid import UUID

import pytest
from typing_extensions import override

from ledger.adapters.memory.views import MemoryViewStore
from ledger.application.mapper import Envelope
from ledger.application.views import Document
from projections.books import Books
from projections.catalogue import BOOKS, PAYMENTS, VIEWS
from projections.catching_up import caught_up
from projections.errors import ViewInAnotherForm
from projections.history import History
from projections.hot import Hot
from projections.opening import Projections
from projections.payments import Payments
from projections.rebuild import Rebuild
from projections.tail import Tail
from projections.view import View
from projections.writer import ViewWriter
from tests.projections.ledger_in_memory import InMemory, in_memory, tell, until
from tests.support.examples import ORGANIZATION

PAID = UUID(int=1002)
FOLD = Payments.evolve


@asynccontextmanager
async def release(ledger: InMemory, monkeypatch: pytest.MonkeyPatch, *, form: int) -> AsyncIterator[Projections]:
    """Run a process of a release in which the view of payments is of `form`, and says so in every document."""

    def evolve(self: Payments, document: Document | None, position: int, envelope: Envelope) -> Document:
        assert document is None or document.body["form"] == form, "a fold goes on from its own documents alone"
        folded = FOLD(self, document, position, envelope)
        return replace(folded, body={**folded.body, "form": form})

    monkeypatch.setattr(Payments, "form", form)
    monkeypatch.setattr(Payments, "evolve", evolve)
    async with ledger.projecting() as projections:
        yield projections


def is_written(projections: Projections) -> Callable[[], bool]:
    return lambda: projections.runner.writes and projections.runner.written == projections.runner.position


async def told_by_the_first(ledger: InMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a story told and stored by a process of the first release, which then ends."""
    async with release(ledger, monkeypatch, form=1) as projections:
        await tell(ledger)
        await until(is_written(projections))


def renewed(ledger: InMemory, collection: str = "payments@2") -> Callable[[], Awaitable[bool]]:
    async def is_live() -> bool:
        return await ledger.views.live("payments") == collection

    return is_live


async def forms(ledger: InMemory, collection: str) -> set[int]:
    return {document.body["form"] async for document in ledger.views.documents(collection)}


async def test_a_newer_release_builds_anew_what_an_older_one_stored(
    ledger: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """EVT-5."""
    await told_by_the_first(ledger, monkeypatch)
    assert await forms(ledger, "payments@1") == {1}
    async with release(ledger, monkeypatch, form=2) as projections:
        await until(renewed(ledger))
        await tell_of_one_more(ledger)
        await until(is_written(projections))
    assert await forms(ledger, "payments@2") == {2}
    assert await ledger.views.form("payments@2") == 2
    assert [await ledger.views.live(view.name) for view in VIEWS if view is not PAYMENTS] == [
        f"{view.name}@1" for view in VIEWS if view is not PAYMENTS
    ]


async def tell_of_one_more(ledger: InMemory) -> None:
    await ledger.open_checkout(UUID(int=90))
    await ledger.initiate(UUID(int=90), UUID(int=91))


async def test_until_then_everything_is_read_and_nothing_is_folded_from_the_old(
    ledger: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """EVT-5: whoever is building it takes as long as it takes."""
    await told_by_the_first(ledger, monkeypatch)
    await ledger.views.hold("rebuild:payments", "another process", ttl_s=60)
    async with release(ledger, monkeypatch, form=2) as projections:
        await tell_of_one_more(ledger)
        one = await projections.reader.get(PAYMENTS, PAID)
        listed = await projections.reader.page(PAYMENTS, ORGANIZATION, "test")
        assert one is not None
        assert (one.body["form"], one.body["detail"]) == (2, "captured")
        assert {document.body["form"] for document in listed.documents} == {2}
        assert UUID(int=91) in {document.id for document in listed.documents}
        assert await forms(ledger, "payments@1") == {1}
        await ledger.views.release("rebuild:payments", "another process")
        await until(renewed(ledger))
        assert await projections.reader.get(PAYMENTS, PAID) == one


async def test_of_several_processes_that_start_at_once_one_builds(
    ledger: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told_by_the_first(ledger, monkeypatch)
    async with AsyncExitStack() as stack:
        for _ in range(4):
            other = await stack.enter_async_context(in_memory(ledger.pages, ledger.views, ledger.clock))
            await stack.enter_async_context(release(other, monkeypatch, form=2))
        await until(renewed(ledger))
    assert await ledger.views.live("payments") == "payments@2"
    assert await forms(ledger, "payments@2") == {2}


class DiesBuilding(MemoryViewStore):
    """Comes as far as storing what is built, and no further."""

    has_stopped = False

    @override
    async def track(self, collections: Iterable[str], position: int) -> None:
        reached = list(collections)
        if reached == ["payments@2"] and not self.has_stopped:
            self.has_stopped = True
            await asyncio.Event().wait()
        await super().track(reached, position)


async def test_what_a_process_had_begun_to_build_when_it_died_is_built_by_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """CONS-2."""
    async with in_memory() as ledger:
        ledger.views = dying = DiesBuilding(ledger.clock)
        await told_by_the_first(ledger, monkeypatch)
        async with release(ledger, monkeypatch, form=2):
            await until(lambda: dying.has_stopped)
        assert await ledger.views.live("payments") == "payments@1"
        async with release(ledger, monkeypatch, form=2):
            await until(renewed(ledger))
        assert await forms(ledger, "payments@2") == {2}


async def test_an_older_release_neither_undoes_nor_writes_a_newer_form(
    ledger: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """EVT-5: they run side by side while one takes over from the other; after a rollback somebody rebuilds."""
    await told_by_the_first(ledger, monkeypatch)
    async with release(ledger, monkeypatch, form=2):
        await until(renewed(ledger))
    async with release(ledger, monkeypatch, form=1) as older:
        await tell_of_one_more(ledger)
        await until(is_written(older))
        one = await older.reader.get(PAYMENTS, PAID)
        assert one is not None
        assert one.body["form"] == 1
        assert await forms(ledger, "payments@2") == {2}
        rolled_back = await rebuild(ledger, older).run(PAYMENTS)
        assert (rolled_back.collection, rolled_back.compared, rolled_back.differing) == ("payments@3", False, 0)
        assert await forms(ledger, "payments@3") == {1}


def rebuild(ledger: InMemory, projections: Projections) -> Rebuild:
    return Rebuild(recorder=ledger.recorder, mapper=ledger.mapper, store=ledger.views, history=projections.history)


class PaymentsOfTheNewer(Payments):
    form = Payments.form + 1


@asynccontextmanager
async def writing(ledger: InMemory, view: View) -> AsyncIterator[ViewWriter]:
    """Run a process that writes one view and nothing else."""
    tail, hot = Tail(ledger.recorder, ledger.mapper, view.topics), Hot([view])
    history = History(ledger.recorder, ledger.pages, ledger.mapper)
    writer = ViewWriter([view], tail=tail, hot=hot, store=ledger.views, history=history, name=f"form-{view.form}")
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(run()) for run in (tail.run, writer.run)]
        yield writer
        for task in running:
            task.cancel()


async def test_the_writing_passes_from_an_older_release_to_a_newer_one(ledger: InMemory) -> None:
    newer_view = PaymentsOfTheNewer()
    await ledger.views.claim("payments@1", newer_view.form)
    async with writing(ledger, PAYMENTS) as older:
        await until(lambda: older.fence is not None)
        async with in_memory(ledger.pages, ledger.views, ledger.clock) as other, writing(other, newer_view) as newer:
            await until(lambda: newer.fence is not None)
            await tell(ledger)
            await until(lambda: _has_written(ledger, newer))
            assert older.fence is None


async def _has_written(ledger: InMemory, newer: ViewWriter) -> bool:
    return newer.written == await ledger.recorder.max_notification_id()


async def test_the_books_are_built_anew_like_any_view(ledger: InMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    await told_by_the_first(ledger, monkeypatch)
    before = [document async for document in ledger.views.documents("books@1")]
    monkeypatch.setattr(Books, "form", Books.form + 1)
    async with release(ledger, monkeypatch, form=1):
        await until(lambda: renewed_books(ledger))
    assert len(before) > 3
    assert [document async for document in ledger.views.documents("books@2")] == before


async def renewed_books(ledger: InMemory) -> bool:
    return await ledger.views.live("books") == "books@2"


async def test_a_command_does_not_write_what_is_of_another_form(
    ledger: InMemory, projections: Projections, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(ledger)
    await until(is_written(projections))
    for kept in (PAYMENTS, BOOKS):
        monkeypatch.setattr(type(kept), "form", kept.form + 1)
        with pytest.raises(ViewInAnotherForm):
            await caught_up(kept, ledger.views, projections.history)
