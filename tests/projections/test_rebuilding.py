"""EVT-5: a view rebuilt from the first event is the live view, document by document and byte by byte."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import cast
from uuid import UUID

import orjson
import pytest

from ledger.adapters.memory.views import MemoryViewStore
from ledger.application.views import Document, ViewStore
from ledger.domain.disputing import DisputeStatus
from projections import rebuild as rebuilding
from projections.catalogue import CHECKOUT_STATUS, PAYMENTS, VIEWS
from projections.opening import Projections
from projections.rebuild import Rebuild, RebuildUnderWay
from tests.projections.ledger_in_memory import InMemory, tell, until
from tests.support.customer_examples import mails
from tests.support.invoicing_examples import documents

ROOT = Path(__file__).parents[2]


def rebuild(ledger: InMemory, projections: Projections, store: ViewStore | None = None) -> Rebuild:
    return Rebuild(
        recorder=ledger.recorder,
        mapper=ledger.mapper,
        store=store or ledger.views,
        history=projections.history,
    )


STANDINGS = (DisputeStatus.WARNING_NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW, DisputeStatus.WON, DisputeStatus.LOST)


async def story(ledger: InMemory, projections: Projections, *, checkouts: int = 12) -> None:
    await tell(ledger, checkouts=checkouts)
    # Every third checkout of the story is paid, by its second payment.
    for number in range(1, checkouts + 1, 3):
        await ledger.refund(UUID(int=number * 1000 + 2), times=2)
    for number in range(1, checkouts + 1, 3):
        await ledger.dispute(UUID(int=number * 1000 + 2), STANDINGS[number % len(STANDINGS)])
    for number in range(1, checkouts + 1, 3):
        await ledger.tell_of(UUID(int=number * 1000 + 2), times=3)
    await ledger.note(items=6)
    await ledger.doubt(times=5)
    await ledger.know(customers=5)
    await ledger.write_rules(rulebooks=5)
    await ledger.notify(times=5)
    for number in range(1, 6):
        await ledger.repository.save(*documents(beside=number), *mails(beside=number))
    await until(lambda: projections.runner.written == projections.runner.position)


async def collected(store: ViewStore, collection: str) -> list[Document]:
    return [document async for document in store.documents(collection)]


class Heard:
    """Remembers how far a rebuild said it was."""

    last = (0, 0)

    def __call__(self, reached: int, end: int) -> None:
        self.last = (reached, end)


async def test_a_rebuilt_view_is_the_live_view(
    ledger: InMemory, projections: Projections, monkeypatch: pytest.MonkeyPatch
) -> None:
    """EVT-5, in batches of any size."""
    await story(ledger, projections)
    monkeypatch.setattr(rebuilding, "BATCH_EVENTS", 7)
    for view in VIEWS:
        before = await collected(ledger.views, f"{view.name}@1")
        heard = Heard()
        rebuilt = await rebuild(ledger, projections).run(view, progress=heard)
        assert rebuilt.differences == ()
        assert await ledger.views.live(view.name) == rebuilt.collection == f"{view.name}@2"
        after = await collected(ledger.views, rebuilt.collection)
        assert len(before) > 3
        assert after == before
        assert [document.text for document in after] == [document.text for document in before]
        assert heard.last == (projections.runner.position, projections.runner.position)


async def test_rebuilding_twice_gives_the_same_bytes(ledger: InMemory, projections: Projections) -> None:
    """EVT-5."""
    await story(ledger, projections)
    first = await rebuild(ledger, projections).run(PAYMENTS)
    second = await rebuild(ledger, projections).run(PAYMENTS)
    assert (first.collection, second.collection) == ("payments@2", "payments@3")
    assert second.differences == ()
    assert await collected(ledger.views, "payments@2") == await collected(ledger.views, "payments@3")
    assert await collected(ledger.views, "payments@1") == []


@pytest.mark.parametrize(
    "surroundings",
    [
        {"LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"},
        {"LC_ALL": "C", "TZ": "America/St_Johns", "PYTHONHASHSEED": "4294967295", "PYTHONUTF8": "0"},
    ],
)
async def test_another_process_elsewhere_gives_the_same_bytes(
    ledger: InMemory, projections: Projections, surroundings: dict[str, str]
) -> None:
    """EVT-5, EVT-6: the other process refuses whatever would ask the world while it folds."""
    await story(ledger, projections)
    placed = [placed async for placed in _placed(ledger)]
    told = subprocess.run(  # noqa: ASYNC221  # nothing else runs meanwhile, and it runs ourselves
        [sys.executable, "-m", "tests.projections.fold_elsewhere"],
        input=b"\n".join(placed),
        capture_output=True,
        check=True,
        cwd=ROOT,
        timeout=60,
        env=dict(os.environ) | surroundings,  # noqa: TID251  # the child needs a path to run at all
    ).stdout.decode()
    live = [
        f"{view.name}:{document.id.hex} {document.position} {sha256(document.text).hexdigest()}"
        for view in VIEWS
        for document in await collected(ledger.views, f"{view.name}@1")
    ]
    assert told.splitlines() == sorted(live)


async def _placed(ledger: InMemory) -> AsyncIterator[bytes]:
    async for page in ledger.pages.pages(1):
        for position, entry in enumerate(page.events, page.position):
            yield orjson.dumps(
                [position, entry.originator_id.hex, entry.originator_version, entry.topic, entry.record.decode()]
            )


async def test_what_was_changed_in_the_live_view_is_reported(ledger: InMemory, projections: Projections) -> None:
    """EVT-5."""
    await story(ledger, projections)
    kept = ledger.views
    assert isinstance(kept, MemoryViewStore)
    documents = kept._collections["payments@1"]
    edited, lost, behind = UUID(int=1001), UUID(int=2001), UUID(int=4002)
    documents[edited] = replace(documents[edited], body={**documents[edited].body, "status": "succeeded!"})
    del documents[lost]
    documents[behind] = replace(documents[behind], position=documents[behind].created)
    forged = replace(documents[edited], id=UUID(int=1), position=1, created=1)
    documents[forged.id] = forged
    told = await rebuild(ledger, projections).run(PAYMENTS, switch=False)
    assert {difference.id: difference.reason for difference in told.differences} == {
        forged.id: "its history does not tell of it",
        edited: "they say different things",
        lost: "the live view lacks it",
        behind: "the live view is behind",
    }
    assert told.differing == 4
    assert await ledger.views.live("payments") == "payments@1"


async def test_a_view_that_grows_while_it_is_rebuilt_differs_in_nothing(
    ledger: InMemory, projections: Projections
) -> None:
    """EVT-5."""
    await story(ledger, projections)
    growing = GrowingStore(ledger.views, ledger)
    told = await rebuild(ledger, projections, cast("ViewStore", growing)).run(CHECKOUT_STATUS)
    assert growing.has_grown
    assert told.differences == ()
    await until(lambda: projections.runner.written == projections.runner.position)
    await ledger.open_checkout(UUID(int=77))
    await until(lambda: _holds(ledger, told.collection, UUID(int=77)))


async def _holds(ledger: InMemory, collection: str, key: UUID) -> bool:
    return key in await ledger.views.get_many(collection, [key])


class GrowingStore:
    """The same store, on which the ledger goes on just before documents are compared."""

    def __init__(self, store: ViewStore, ledger: InMemory) -> None:
        self._store = store
        self._ledger = ledger
        self.has_grown = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def tracking(self, collection: str) -> int:
        if not self.has_grown:
            self.has_grown = True
            await self._ledger.open_checkout(UUID(int=78))
            await self._ledger.initiate(UUID(int=3000), UUID(int=79))
            await until(lambda: _holds(self._ledger, "checkout_status@1", UUID(int=78)))
        return await self._store.tracking(collection)


async def test_a_view_is_rebuilt_by_one_at_a_time(ledger: InMemory, projections: Projections) -> None:
    await ledger.views.hold("rebuild:payments", "somebody", ttl_s=60)
    with pytest.raises(RebuildUnderWay):
        await rebuild(ledger, projections).run(PAYMENTS)


async def test_an_empty_journal_is_rebuilt_into_an_empty_view(ledger: InMemory, projections: Projections) -> None:
    told = await rebuild(ledger, projections).run(PAYMENTS)
    assert (told.position, told.differences) == (0, ())
