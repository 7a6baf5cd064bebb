"""Rules of tax over HTTP: created once per key, ended, and read by day and by moment."""

from datetime import timedelta
from typing import Any

import pytest

from ledger.application.tax.starting_table import starting_rules
from ledger.domain.values import Mode
from tests.api.world import World
from tests.support.examples import NOW

RULES = "/api/v1/tax/rules"
GERMAN = {"country": "DE", "treatment": "S", "rate": "19", "valid_from": "2021-01-01"}


async def created(world: World, changes: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
    answer = await world.post(RULES, GERMAN | (changes or {}), key=world.key, **headers)
    body: dict[str, Any] = await answer.json()
    assert answer.status == 201, body
    assert answer.headers["Location"] == f"{RULES}/{body['id']}"
    return body


async def ended(world: World, rule: str, day: str) -> dict[str, Any]:
    answer = await world.post(f"{RULES}/{rule}/end", {"valid_until": day}, key=world.key)
    body: dict[str, Any] = await answer.json()
    assert answer.status == 200, body
    return body


async def listed(world: World, query: str = "") -> list[dict[str, Any]]:
    answer = await world.get(f"{RULES}?{query}", key=world.key)
    body = await answer.json()
    assert answer.status == 200, body
    items: list[dict[str, Any]] = body["items"]
    return items


async def test_a_rule_is_created_once_per_key_and_read(world: World) -> None:
    """IDEM-1, IDEM-2: and the first answer stays the answer when the rule has ended since."""
    first = await created(world, Idempotency_Key="k")
    assert first == {
        "id": first["id"],
        "object": "tax_rule",
        "mode": "test",
        **GERMAN,
        **dict.fromkeys(("territory", "customer", "product", "valid_until", "ended_at")),
        "created_at": first["created_at"],
    }
    assert await (await world.get(f"{RULES}/{first['id']}", key=world.key)).json() == first
    await ended(world, first["id"], "2027-01-01")
    assert await created(world, Idempotency_Key="k") == first
    other = await world.post(RULES, GERMAN | {"rate": "7"}, key=world.key, Idempotency_Key="k")
    assert (other.status, (await other.json())["fields"]) == (422, ["rate"])


async def test_a_rule_ends_earlier_and_another_takes_over(world: World) -> None:
    """TAX-4: half-open validity; on the day itself only the new rule is valid."""
    old = await created(world)
    for _ in range(2):
        assert (await ended(world, old["id"], "2027-01-01"))["valid_until"] == "2027-01-01"
    new = await created(world, {"rate": "20.5", "valid_from": "2027-01-01"})
    assert [each["id"] for each in await listed(world, "valid_on=2026-12-31")] == [old["id"]]
    assert [each["id"] for each in await listed(world, "valid_on=2027-01-01")] == [new["id"]]
    assert [each["id"] for each in await listed(world)] == [old["id"], new["id"]]
    assert await listed(world, "valid_on=2020-12-31") == []
    assert await listed(world, "country=AT") == []


async def test_the_rules_are_read_as_they_were_known_at_any_position_and_moment(world: World) -> None:
    """EVT-7, TAX-4: which rules were valid on a day, and which the ledger took to be valid on it then, are two."""
    before = await world.events()
    rule = await created(world)
    known = await world.events()
    world.clock.advance(hours=24)
    await ended(world, rule["id"], "2022-01-01")
    assert await listed(world, "valid_on=2025-06-01") == []
    assert await listed(world, f"valid_on=2025-06-01&as_of={known}") == [rule]
    moment = (NOW + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert await listed(world, f"as_of={moment}") == [rule]
    assert await (await world.get(f"{RULES}/{rule['id']}?as_of={known}", key=world.key)).json() == rule
    assert await listed(world, f"as_of={before}") == []
    unknown = await world.get(f"{RULES}/{rule['id']}?as_of={before}", key=world.key)
    assert (unknown.status, (await unknown.json())["code"]) == (404, "tax_rule_unknown")
    future = await world.get(f"{RULES}?as_of={known + 1_000}", key=world.key)
    assert (await future.json())["code"] == "as_of_in_future"


async def test_a_long_list_is_read_page_by_page_while_rules_are_added(world: World) -> None:
    """Nothing twice and nothing left out, filters included."""
    await world.ledger.rulebooks.import_rules(world.organization_id, Mode.TEST, starting_rules())
    path, found = f"{RULES}?limit=50&valid_on=2026-01-01", list[str]()
    while path:
        body = await (await world.get(path, key=world.key)).json()
        found += [each["id"] for each in body["items"]]
        following = body["next_cursor"]
        path = f"{RULES}?limit=50&valid_on=2026-01-01&cursor={following}" if following else ""
        await created(world, {"product": f"p{len(found)}", "valid_from": "2027-01-01"})
    expected = [rule.rule_id for rule in starting_rules() if rule.valid_on(NOW.date())]
    assert found == expected
    assert len(found) > 50


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"rate": 19}, 422, "body_invalid"),
        ({"rate": 5.5}, 422, "body_invalid"),
        ({"rate": "5,5"}, 422, "tax_rate_malformed"),
        ({"rate": "100"}, 422, "tax_rate_malformed"),
        ({"rate": "0"}, 422, "tax_rule_contradictory"),
        ({"treatment": "E"}, 422, "tax_rule_contradictory"),
        ({"treatment": "AE"}, 422, "body_invalid"),
        ({"customer": "robot"}, 422, "body_invalid"),
        ({"country": "de"}, 422, "body_invalid"),
        ({"country": "EL"}, 422, "tax_scope_unknown"),
        ({"territory": "ES-CN"}, 422, "tax_scope_unknown"),
        ({"product": "Books"}, 422, "body_invalid"),
        ({"valid_from": "2021-02-30"}, 422, "body_invalid"),
        ({"valid_from": "20210101"}, 422, "body_invalid"),
        ({"valid_from": 1609459200}, 422, "body_invalid"),
        ({"valid_until": "2021-01-01"}, 422, "tax_rule_contradictory"),
        ({"valid_until": "2021-01-02"}, 409, "tax_rule_overlaps"),
        ({"id": "txr_1"}, 422, "body_invalid"),
    ],
)
async def test_a_rule_that_means_nothing_is_refused(
    world: World, changes: dict[str, Any], status: int, code: str
) -> None:
    """Bad input: a stable code, and nothing appended."""
    await created(world)
    before = await world.events()
    answer = await world.post(RULES, GERMAN | changes, key=world.key)
    assert (answer.status, (await answer.json())["code"]) == (status, code)
    assert await world.events() == before


@pytest.mark.parametrize(
    ("day", "status", "code"),
    [
        ("2021-01-01", 409, "tax_rule_end_refused"),
        ("2026-02-01", 409, "tax_rule_end_refused"),
        ("soon", 422, "body_invalid"),
        (None, 422, "body_invalid"),
    ],
)
async def test_an_end_that_is_no_end_is_refused(world: World, day: str | None, status: int, code: str) -> None:
    rule = await created(world, {"valid_until": "2026-01-01"})
    before = await world.events()
    answer = await world.post(f"{RULES}/{rule['id']}/end", {"valid_until": day}, key=world.key)
    assert (answer.status, (await answer.json())["code"]) == (status, code)
    assert await world.events() == before


@pytest.mark.parametrize("query", ["valid_on=today", "valid_on=2026-13-01", "country=de", "limit=0", "as_of=then"])
async def test_a_list_that_cannot_be_meant_is_refused(world: World, query: str) -> None:
    answer = await world.get(f"{RULES}?{query}", key=world.key)
    assert (answer.status, (await answer.json())["code"]) == (400, "parameter_malformed")


async def test_nobody_else_reads_or_ends_a_rule(world: World) -> None:
    """SEC: another merchant, and the same in the other mode, find nothing and have rules of their own."""
    rule = await created(world)
    _, stranger, _ = await world.another_merchant()
    for key in (stranger, world.live_key):
        assert (await (await world.get(RULES, key=key)).json())["items"] == []
        assert (await world.get(f"{RULES}/{rule['id']}", key=key)).status == 404
        answer = await world.post(f"{RULES}/{rule['id']}/end", {"valid_until": "2027-01-01"}, key=key)
        assert (answer.status, (await answer.json())["code"]) == (404, "tax_rule_unknown")
        assert (await world.post(RULES, GERMAN, key=key)).status == 201
