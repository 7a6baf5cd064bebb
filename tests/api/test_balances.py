"""Balances over HTTP: what accounts hold, their entries, as of any time, and to whom they are shown."""

from typing import Any

from aiohttp import ClientResponse

from api import books_shown as shown
from tests.api.test_refunds import captured
from tests.api.world import World

BALANCES = "/api/v1/balances"
CLEARING = f"{BALANCES}/provider:stripe:clearing/EUR/entries"


async def read(world: World, path: str) -> dict[str, Any]:
    answer = await world.get(path, key=world.key)
    assert answer.status == 200, await answer.text()
    body: dict[str, Any] = await answer.json()
    return body


async def code(answer: ClientResponse) -> tuple[int, str]:
    return answer.status, (await answer.json())["code"]


async def test_what_accounts_hold_adds_up_to_nothing(world: World) -> None:
    """EVT-11."""
    await captured(world)
    said = shown.Balances.model_validate(await read(world, BALANCES))
    assert said.position == await world.events()
    held = {item.account: item.balance.minor for item in said.items}
    assert held["provider:stripe:clearing"] == 1999
    assert sum(held.values()) == 0
    (euros,) = said.totals
    assert (euros.currency, euros.difference_minor) == ("EUR", 0)
    assert euros.debit_minor == euros.credit_minor


async def test_entries_come_page_by_page_with_the_balance_after_each(world: World) -> None:
    for _ in range(3):
        await captured(world)
    first = await read(world, f"{CLEARING}?limit=2")
    rest = shown.EntryList.model_validate(await read(world, f"{CLEARING}?limit=2&cursor={first['next_cursor']}"))
    newest_first = [*shown.EntryList.model_validate(first).items, *rest.items]
    assert [entry.balance.minor for entry in newest_first] == [5997, 3998, 1999]
    assert [entry.topic for entry in newest_first] == ["payment.captured"] * 3
    assert all(entry.subject.startswith("pay_") for entry in newest_first)
    assert rest.next_cursor is None


async def test_the_books_of_then_are_answered_in_the_same_bytes(world: World) -> None:
    """EVT-7."""
    await captured(world)
    then = await world.get(BALANCES, key=world.key)
    position, body = then.headers["X-Ledger-Position"], await then.read()
    await captured(world)
    assert await (await world.get(f"{BALANCES}?as_of={position}", key=world.key)).read() == body
    assert await (await world.get(BALANCES, key=world.key)).read() != body
    assert await code(await world.get(f"{BALANCES}?as_of=999999", key=world.key)) == (400, "as_of_in_future")
    assert await code(await world.get(f"{BALANCES}?as_of=soon", key=world.key)) == (400, "parameter_malformed")
    assert await code(await world.get(f"{BALANCES}?at_least=999999", key=world.key)) == (400, "view_behind")


async def test_an_account_without_entries_is_not_there(world: World) -> None:
    await captured(world)
    for account in (
        "nobody/EUR",
        "provider:stripe:clearing/XXX",
        "provider:stripe:clearing/USD",
        "%00/EUR",
        "a%2Fb/EUR",
    ):
        assert (await code(await world.get(f"{BALANCES}/{account}/entries", key=world.key)))[0] == 404
    assert await code(await world.get(f"{CLEARING}?cursor=abc", key=world.key)) == (400, "cursor_malformed")


async def test_nobody_sees_the_books_of_others_or_of_the_other_mode(world: World) -> None:
    await captured(world)
    _, stranger, _ = await world.another_merchant()
    for key in (stranger, world.live_key):
        answer = await world.get(BALANCES, key=key)
        assert (await answer.json())["items"] == []
        assert (await world.get(CLEARING, key=key)).status == 404
    assert (await world.get(BALANCES)).status == 401
