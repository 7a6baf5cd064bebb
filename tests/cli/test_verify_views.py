"""Verification derives every document people read anew, and compares (EVT-5, EVT-8)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from typing_extensions import override

from cli.derived import DerivedView, derived
from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.adapters.memory.views import MemoryViewStore
from ledger.application.journal.recorder import Recorder
from ledger.application.verification.findings import Check
from ledger.application.verification.views import Views
from ledger.application.views import Document
from projections.catalogue import PAYMENTS, VIEWS
from projections.history import History
from tests.support.examples import CHECKOUT, NOW, OTHER_PAYMENT, PAYMENT
from tests.support.tampering import MAPPER, OTHER_CHECKOUT, tell_the_story, verified

LAST = 12


class Projected:
    """A journal with its views as a runner would have stored them."""

    def __init__(self, pages: MemoryPageStore, store: MemoryViewStore, history: History) -> None:
        self.pages = pages
        self.store = store
        self.history = history
        self.views = Views(store, derived(VIEWS, history))

    async def fill(self) -> None:
        for view in VIEWS:
            collection = await self.store.live(view.name)
            await self.store.claim(collection, view.form)
            for stream in (CHECKOUT, PAYMENT, OTHER_CHECKOUT):
                document = await self.history.fold(view, stream)
                if document is not None:
                    await self.store.put_many(collection, [document])
            await self.store.track([collection], LAST)

    async def payment(self) -> Document:
        return (await self.store.get_many(await self.store.live(PAYMENTS.name), [PAYMENT]))[PAYMENT]

    async def put(self, **changes: Any) -> None:  # noqa: ANN401 - any field of a document
        collection = await self.store.live(PAYMENTS.name)
        document = replace(await self.payment(), **changes)
        await self.store.drop(collection)
        await self.store.claim(collection, PAYMENTS.form)
        await self.store.put_many(collection, [document])
        await self.store.track([collection], LAST)

    async def differences(self) -> list[str]:
        findings = await verified(self.pages, views=self.views)
        assert {finding.check for finding in findings} <= {Check.VIEW}
        return [finding.difference for finding in findings]


@pytest.fixture
async def projected() -> AsyncIterator[Projected]:
    clock = SettableClock(NOW)
    pages = MemoryPageStore()
    await tell_the_story(pages)
    async with Recorder(pages, clock) as recorder:
        projected = Projected(pages, MemoryViewStore(clock), History(recorder, pages, MAPPER))
        await projected.fill()
        yield projected


async def test_documents_that_say_what_the_journal_says_are_no_findings(projected: Projected) -> None:
    assert await projected.differences() == []


async def test_an_edited_document_is_found_and_its_field_named(projected: Projected) -> None:
    """EVT-8: what people read is checked, too."""
    body = dict((await projected.payment()).body) | {"status": "failed"}
    await projected.put(body=body)
    (difference,) = await projected.differences()
    assert difference == f"payments of {PAYMENT} differs from the journal in status"


async def test_a_document_of_another_owner_is_found(projected: Projected) -> None:
    await projected.put(mode="live")
    (difference,) = await projected.differences()
    assert difference.endswith("mode")


async def test_a_missing_document_is_found(projected: Projected) -> None:
    collection = await projected.store.live(PAYMENTS.name)
    await projected.store.drop(collection)
    await projected.store.claim(collection, PAYMENTS.form)
    await projected.store.track([collection], LAST)
    assert await projected.differences() == [f"payments of {PAYMENT} is missing"]


async def test_a_document_that_fell_behind_is_found(projected: Projected) -> None:
    early = await projected.history.fold(PAYMENTS, PAYMENT, upto=5)
    assert early is not None
    await projected.put(position=early.position, version=early.version, body=early.body)
    (difference,) = await projected.differences()
    assert "position" in difference


async def test_a_document_with_no_stream_behind_it_is_found(projected: Projected) -> None:
    collection = await projected.store.live(PAYMENTS.name)
    stranger = replace(await projected.payment(), id=OTHER_PAYMENT)
    await projected.store.put_many(collection, [stranger])
    (difference,) = await projected.differences()
    assert "the journal knows no such stream" in difference


async def test_a_view_that_has_not_come_so_far_is_not_blamed(projected: Projected) -> None:
    for view in VIEWS:
        await projected.store.drop(await projected.store.live(view.name))
    assert await projected.differences() == []


async def test_a_view_in_another_form_is_told_and_not_compared(projected: Projected) -> None:
    """EVT-8: nobody hides an edited document by claiming that another release wrote it."""
    collection = await projected.store.live(PAYMENTS.name)
    await projected.store.drop(collection)
    await projected.store.claim(collection, PAYMENTS.form + 1)
    assert await projected.differences() == [
        f"payments is stored in form {PAYMENTS.form + 1}, this release's is {PAYMENTS.form}: not compared, rebuild it"
    ]


async def test_a_document_that_the_journal_does_not_give_is_found(projected: Projected) -> None:
    class Forgetful(DerivedView):
        @override
        async def fold(self, key: UUID, *, upto: int) -> None:
            return

    views = Views(projected.store, [Forgetful(PAYMENTS, projected.history)])
    (finding,) = await verified(projected.pages, views=views)
    assert finding.difference == f"payments of {PAYMENT} is stored, the journal gives none"
