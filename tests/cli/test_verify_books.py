"""Verification derives every entry of the books anew, and compares (EVT-5, EVT-8, EVT-11)."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from typing_extensions import override

from cli.derived import DerivedBooks
from ledger.adapters.memory.clock import SettableClock
from ledger.application.mapper import Envelope
from ledger.application.verification.books import Books
from ledger.application.verification.findings import Check
from ledger.application.verification.verifier import Verifier
from ledger.application.views import Document
from projections.catalogue import BOOKS
from projections.history import History
from tests.projections.ledger_in_memory import InMemory, in_memory, tell, until


class Booked:
    """A ledger whose books are written, and what becomes of them."""

    def __init__(self, ledger: InMemory, history: History) -> None:
        self.ledger = ledger
        self.history = history

    async def alter(self, change: Callable[[list[Document]], Sequence[Document]]) -> None:
        kept = [each async for each in self.ledger.views.documents("books@1")]
        tracked = await self.ledger.views.tracking("books@1")
        await self.ledger.views.drop("books@1")
        await self.ledger.views.claim("books@1", BOOKS.form)
        await self.ledger.views.put_many("books@1", change(kept))
        await self.ledger.views.track(["books@1"], tracked)

    async def differences(self, derived: DerivedBooks | None = None) -> list[str]:
        books = Books(self.ledger.views, derived or DerivedBooks(self.history, self.ledger.clock))
        verifier = Verifier(self.ledger.pages, self.ledger.mapper, books=books)
        async for _ in verifier.run():
            pass
        assert {finding.check for finding in verifier.findings} <= {Check.BOOKS}
        return [finding.difference for finding in verifier.findings]


@pytest.fixture
async def booked() -> AsyncIterator[Booked]:
    async with in_memory() as ledger:
        async with ledger.projecting() as projections:
            await tell(ledger, checkouts=4)
            await until(lambda: projections.runner.written == projections.runner.position)
        yield Booked(ledger, projections.history)


async def test_entries_that_say_what_the_journal_says_are_no_findings(booked: Booked) -> None:
    assert await booked.differences() == []


async def test_an_edited_entry_is_found(booked: Booked) -> None:
    await booked.alter(lambda kept: [replace(kept[0], body={**kept[0].body, "number": 7}), *kept[1:]])
    assert await booked.differences() == ["the entry in provider:stripe:clearing (EUR) differs from the journal"]


async def test_a_missing_entry_is_found_in_the_middle_and_at_the_end(booked: Booked) -> None:
    await booked.alter(lambda kept: [*kept[:2], *kept[3:-1]])
    assert await booked.differences() == [
        "the entry in customers:receivable (EUR) is missing",
        "the entry in revenue:0123456789abcdef0123456789abcdef (EUR) is missing",
    ]


async def test_an_entry_that_no_event_made_is_found_wherever_it_lies(booked: Booked) -> None:
    await booked.alter(
        lambda kept: [
            *kept,
            replace(kept[0], id=UUID(int=1 << 64), position=1),
            replace(kept[-1], id=UUID(int=kept[-1].id.int + 1)),
        ]
    )
    assert await booked.differences() == ["an entry is stored here, the journal gives none"] * 2


async def test_books_that_have_not_come_so_far_are_not_blamed(booked: Booked) -> None:
    await booked.ledger.views.drop("books@1")
    assert await booked.differences() == []


async def test_books_in_another_form_are_told_and_not_compared(booked: Booked) -> None:
    """EVT-8."""
    await booked.ledger.views.drop("books@1")
    await booked.ledger.views.claim("books@1", BOOKS.form + 1)
    (told,) = await booked.differences()
    assert (
        told == f"books is stored in form {BOOKS.form + 1}, this release's is {BOOKS.form}: not compared, rebuild it"
    )


async def test_books_that_do_not_balance_are_found_where_they_stop_to(booked: Booked) -> None:
    """EVT-11: at every position."""

    class Careless(DerivedBooks):
        @override
        async def entries(self, first: int, last: int, placed: Sequence[tuple[int, Envelope]]) -> list[Document]:
            return (await super().entries(first, last, placed))[:-1]

    await booked.ledger.views.drop("books@1")
    careless = Careless(booked.history, SettableClock(booked.ledger.clock.now()))
    assert (await booked.differences(careless))[0] == "the books are out of balance by 1999 minor EUR"


async def test_what_keeps_entries_from_being_derived_is_told(booked: Booked) -> None:
    class Broken(DerivedBooks):
        @override
        async def entries(self, first: int, last: int, placed: Sequence[tuple[int, Envelope]]) -> list[Document]:
            raise ZeroDivisionError

    found = await booked.differences(Broken(booked.history, booked.ledger.clock))
    assert "the entries of this page cannot be derived: ZeroDivisionError()" in found
