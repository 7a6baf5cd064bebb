"""The books: every money event balances, and what is read of them is a function of a position alone."""

from dataclasses import fields, replace
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from ledger.adapters.memory.views import MemoryViewStore
from ledger.application.owners import owner_said
from ledger.application.views import Document
from ledger.domain.catalogue import EVENTS
from ledger.domain.journal import RECEIVABLES, balanced, clearing, revenue
from ledger.domain.money import EXPONENTS, Money
from ledger.domain.values import Mode
from projections.accounts import Accounts
from projections.books import BEGINNINGS, MONEY, Account
from projections.catalogue import BOOKS, CLEARING_ITEMS
from projections.catching_up import caught_up
from projections.errors import AsOfInFuture, ViewBehind
from projections.opening import Projections
from projections.rebuild import Rebuild
from projections.trial import trial_balance
from tests.projections.ledger_in_memory import InMemory, tell, until
from tests.support.every_event import every_event
from tests.support.examples import NOW, ORGANIZATION

CLEARING = Account(ORGANIZATION, Mode.TEST, clearing("stripe"), "EUR")
REVENUE = Account(ORGANIZATION, Mode.TEST, revenue(ORGANIZATION), "EUR")
RECEIVABLE = Account(ORGANIZATION, Mode.TEST, RECEIVABLES, "EUR")


def unstored(ledger: InMemory, projections: Projections) -> Accounts:
    """The books as they are read where nothing was ever stored: from the journal alone."""
    store = type(ledger.views)(ledger.clock)  # type: ignore[call-arg]
    return Accounts(BOOKS, store=store, history=projections.history, clock=ledger.clock)


async def entries(ledger: InMemory, collection: str = "books@1") -> list[Document]:
    return [each async for each in ledger.views.documents(collection)]


async def written(ledger: InMemory, projections: Projections) -> None:
    await until(lambda: projections.runner.written == projections.runner.position > 0)


def test_every_event_with_postings_sums_to_zero_and_nothing_else_moves_money() -> None:
    """EVT-11: over the whole catalogue."""
    for event in every_event():
        assert balanced(getattr(event, "postings", ())), event
    moves = {event.TOPIC for event in every_event() if getattr(event, "postings", ())}  # type: ignore[attr-defined]
    assert moves <= MONEY
    assert {topic for topic, kind in EVENTS.items() if "Postings" in str(kind.__annotations__)} <= MONEY


def test_every_money_event_says_its_currency_and_its_stream_says_whose_it_is() -> None:
    assert all("amount" in {field.name for field in fields(EVENTS[topic])} for topic in MONEY)
    first = [event for event in every_event() if event.TOPIC in BEGINNINGS]  # type: ignore[attr-defined]
    assert {event.TOPIC for event in first} == BEGINNINGS  # type: ignore[attr-defined]
    assert all(owner_said(event) for event in first)


@pytest.mark.parametrize("currency", EXPONENTS)
def test_an_amount_is_written_with_the_decimals_of_its_currency(currency: str) -> None:
    """PAY-9: every currency of ISO 4217, exactly."""
    written = str(Money(-123_456, currency)).removesuffix(f" {currency}")
    assert written.replace(".", "") == "-123456"
    assert len(written.partition(".")[2]) == EXPONENTS[currency]


async def test_the_books_balance_at_every_position(ledger: InMemory, projections: Projections) -> None:
    """EVT-11: and a trial balance is the fold of the journal up to there, stored or not."""
    await tell(ledger, checkouts=7)
    await ledger.refund(UUID(int=1002), times=3)
    await written(ledger, projections)
    from_scratch = unstored(ledger, projections)
    trial = trial_balance(0, [])
    for position in range(projections.runner.position + 1):
        trial = trial_balance(position, await projections.accounts.balances(position))
        assert trial.balanced
        assert trial == trial_balance(position, await from_scratch.balances(position))
    assert {balance.account: balance.minor for balance in trial.balances} == {
        CLEARING: 5997,
        RECEIVABLE: 0,
        REVENUE: -5997,
    }


async def test_a_statement_runs_from_page_to_page(ledger: InMemory, projections: Projections) -> None:
    await tell(ledger, checkouts=7)
    position = projections.runner.position
    for accounts in (projections.accounts, unstored(ledger, projections)):
        first = await accounts.statement(CLEARING, position, limit=2)
        rest = await accounts.statement(CLEARING, position, before=first.before, limit=2)
        newest_first = [*first.entries, *rest.entries]
        assert [entry.body["balance"]["minor"] for entry in newest_first] == [5997, 3998, 1999]
        assert [entry.body["number"] for entry in newest_first] == [3, 2, 1]
        assert rest.before is None
        for later, earlier in pairwise(newest_first):
            assert later.body["balance"]["minor"] - later.body["amount"]["minor"] == earlier.body["balance"]["minor"]
    assert (
        await projections.accounts.statement(Account(ORGANIZATION, Mode.LIVE, CLEARING.name, "EUR"), position)
    ).entries == ()


async def test_customers_are_summed_up_in_one_account_whose_entries_name_them(
    ledger: InMemory, projections: Projections
) -> None:
    await tell(ledger, checkouts=4)
    found = await projections.accounts.statement(RECEIVABLE, projections.runner.position)
    named = [entry.body["postings"] for entry in found.entries]
    assert named == [
        [{"account": f"customer:{UUID(int=number * 1000).hex}:receivable", "minor": minor}]
        for number in (4, 1)
        for minor in (1999, -1999)
    ]


async def test_the_books_of_then_are_what_they_were(ledger: InMemory, projections: Projections) -> None:
    """EVT-7: as of a position or a moment, in the same bytes, however much comes later."""
    await tell(ledger, checkouts=2)
    await written(ledger, projections)
    then, moment = projections.runner.position, ledger.clock.now()
    before = await projections.accounts.balances(then), await projections.accounts.statement(CLEARING, then)
    ledger.clock.advance(seconds=60)
    await tell_more(ledger)
    accounts = projections.accounts
    assert (await accounts.balances(then), await accounts.statement(CLEARING, then)) == before
    assert await accounts.position(moment) == then
    assert await accounts.position(NOW - timedelta(days=1)) == 0
    assert await accounts.balances(0) == []
    assert await accounts.position() == projections.runner.position > then


async def tell_more(ledger: InMemory) -> None:
    await ledger.open_checkout(UUID(int=77))
    await ledger.initiate(UUID(int=77), UUID(int=78))
    await ledger.capture(UUID(int=78))


async def test_nobody_knows_the_books_of_tomorrow(ledger: InMemory, projections: Projections) -> None:
    """EVT-7."""
    with pytest.raises(AsOfInFuture):
        await projections.accounts.position(1)
    with pytest.raises(AsOfInFuture):
        await projections.accounts.position(ledger.clock.now() + timedelta(seconds=1))
    with pytest.raises(ViewBehind):
        await projections.accounts.position(at_least=1)


async def test_entries_are_the_same_whoever_writes_them_and_however_often(ledger: InMemory) -> None:
    """EVT-5: rebuilt from zero, or written by two processes that do not know of each other."""
    await ledger.open_checkout(UUID(int=1))
    async with ledger.projecting() as one, ledger.projecting() as other:
        await tell(ledger, checkouts=7)
        await until(lambda: max(one.runner.written, other.runner.written) == one.runner.position)
        history = one.history
        for _ in range(2):
            rebuilding = Rebuild(recorder=ledger.recorder, mapper=ledger.mapper, store=ledger.views, history=history)
            rebuilt = await rebuilding.run(BOOKS)
            assert rebuilt.differing == 0
    first, second, third = [await entries(ledger, f"books@{number}") for number in (1, 2, 3)]
    assert first == []  # dropped, two generations later
    assert [each.text for each in second] == [each.text for each in third]
    assert len(second) == 12


async def test_an_entry_that_was_changed_is_told_by_a_rebuild(ledger: InMemory, projections: Projections) -> None:
    """EVT-5, EVT-8."""
    await tell(ledger, checkouts=2)
    await written(ledger, projections)
    changed, *others = await entries(ledger)
    await ledger.views.drop("books@1")
    await ledger.views.put_many("books@1", [replace(changed, body={**changed.body, "number": 9})])
    await ledger.views.put_many("books@1", others)
    rebuilding = Rebuild(
        recorder=ledger.recorder, mapper=ledger.mapper, store=ledger.views, history=projections.history
    )
    rebuilt = await rebuilding.run(BOOKS, switch=False)
    assert [each.id for each in rebuilt.differences] == [changed.id]


async def test_what_is_caught_up_is_what_a_runner_writes(ledger: InMemory, projections: Projections) -> None:
    """EVT-5: from nothing, in batches of any size, and beside a runner that is current."""
    await tell(ledger, checkouts=7)
    await ledger.note(items=4)
    await written(ledger, projections)
    for view in (BOOKS, CLEARING_ITEMS):
        live = [each async for each in ledger.views.documents(f"{view.name}@1")]
        for store in (MemoryViewStore(ledger.clock), ledger.views):
            collection = await caught_up(view, store, projections.history)
            assert [each async for each in store.documents(collection)] == live != []
            assert await store.tracking(collection) == projections.runner.position
