"""Bad input: each kind is a problem with a stable code of its own, and nothing is appended."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest

from tests.api.world import ORDER, World

CHECKOUTS = "/api/v1/checkouts"
UNKNOWN = f"cs_{0:032x}"
JSON = {"Content-Type": "application/json"}


def priced(minor: str) -> bytes:
    return b'{"amount":{"minor":%b,"currency":"EUR"}}' % minor.encode()


BODIES: Mapping[str, tuple[bytes, int, str]] = {
    "empty": (b"", 400, "body_empty"),
    "only spaces": (b" \n", 400, "body_empty"),
    "not JSON": (b"amount=1999", 400, "body_not_json"),
    "cut off": (b'{"amount":{"minor":1', 400, "body_not_json"),
    "two values": (b"{} {}", 400, "body_not_json"),
    "a list": (b"[]", 400, "body_not_json"),
    "a number": (b"1999", 400, "body_not_json"),
    "a byte order mark": (b"\xef\xbb\xbf{}", 400, "body_not_json"),
    "NaN": (priced("NaN"), 400, "body_not_json"),
    "infinity": (priced("-Infinity"), 400, "body_not_json"),
    "broken UTF-8": (b'{"merchant_reference":"\xc3\x28"}', 400, "body_not_utf8"),
    "UTF-16": ('{"amount":1}'.encode("utf-16"), 400, "body_not_utf8"),
    "a name twice": (b'{"amount":1,"amount":2}', 400, "body_duplicate_name"),
    "a name twice inside": (b'{"amount":{"minor":1,"minor":1,"currency":"EUR"}}', 400, "body_duplicate_name"),
    "nested a little too deep": (b'{"a":' * 9 + b"1" + b"}" * 9, 400, "body_too_deep"),
    "nested without end": (b'{"a":' * 9_000, 400, "body_too_deep"),
    "10 MB": (b'{"merchant_reference":"' + b"x" * 10_000_000 + b'"}', 413, "body_too_large"),
    "no fields": (b"{}", 422, "body_invalid"),
    "an unknown field": (b'{"amount":{"minor":1,"currency":"EUR"},"card":"none"}', 422, "body_invalid"),
    "a card number": (
        b'{"amount":{"minor":1,"currency":"EUR"},"card_number":"4242424242424242"}',
        422,
        "card_number_refused",
    ),
    "half a surrogate": (
        b'{"amount":{"minor":1,"currency":"EUR"},"merchant_reference":"\\ud800"}',
        422,
        "body_invalid",
    ),
    "a line break in a name": (
        b'{"amount":{"minor":1,"currency":"EUR"},"merchant_reference":"a\\nb"}',
        422,
        "body_invalid",
    ),
    "a script as address": (
        b'{"amount":{"minor":1,"currency":"EUR"},"success_url":"javascript:alert(1)"}',
        422,
        "body_invalid",
    ),
    "a float": (priced("19.99"), 422, "amount_not_integer"),
    "a whole float": (priced("1999.0"), 422, "amount_not_integer"),
    "an exponent": (priced("1e3"), 422, "amount_not_integer"),
    "a numeric string": (priced('"1999"'), 422, "amount_not_integer"),
    "a boolean": (priced("true"), 422, "amount_not_integer"),
    "null": (priced("null"), 422, "amount_not_integer"),
    "a negative amount": (priced("-1"), 422, "amount_out_of_range"),
    "a huge amount": (priced("1000000000001"), 422, "amount_out_of_range"),
    "an amount of 6,000 digits": (priced("9" * 6_000), 422, "amount_out_of_range"),
    "an unknown currency": (b'{"amount":{"minor":1,"currency":"XXX"}}', 422, "currency_unknown"),
    "a currency in small letters": (b'{"amount":{"minor":1,"currency":"eur"}}', 422, "currency_unknown"),
    "lines that do not add up": (
        b'{"amount":{"minor":3,"currency":"EUR"},"lines":[{"name":"a","quantity":2,"unit":{"minor":1,"currency":"EUR"}}]}',
        422,
        "lines_do_not_add_up",
    ),
    "lines in another currency": (
        b'{"amount":{"minor":1,"currency":"EUR"},"lines":[{"name":"a","quantity":1,"unit":{"minor":1,"currency":"USD"}}]}',
        422,
        "lines_do_not_add_up",
    ),
    "an expiry in the past": (
        b'{"amount":{"minor":1,"currency":"EUR"},"expires_at":"2020-01-01T00:00:00Z"}',
        422,
        "expiry_out_of_range",
    ),
    "an expiry without a zone": (
        b'{"amount":{"minor":1,"currency":"EUR"},"expires_at":"2026-01-01T10:00:00"}',
        422,
        "body_invalid",
    ),
}


@pytest.mark.parametrize("kind", BODIES)
async def test_a_bad_body_is_refused_by_its_own_code(world: World, kind: str) -> None:
    """IDEM-5 PAY-9."""
    body, status, code = BODIES[kind]
    events = await world.events()
    headers = JSON | {"Authorization": f"Bearer {world.key}"}
    answer = await world.client.post(CHECKOUTS, data=BytesIO(body), headers=headers)

    problem = await answer.json()
    assert (answer.status, problem["code"], answer.content_type) == (status, code, "application/problem+json")
    assert "4242424242424242" not in str(problem)
    assert await world.events() == events


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json; charset=latin-1"},
        JSON | {"Content-Encoding": "br"},
    ],
)
async def test_a_body_of_another_type_is_refused(world: World, headers: dict[str, str]) -> None:
    events = await world.events()
    headers = headers | {"Authorization": f"Bearer {world.key}"}
    answer = await world.client.post(CHECKOUTS, data=b"{}", headers=headers)
    assert (answer.status, (await answer.json())["code"]) == (415, "content_type_unsupported")
    assert await world.events() == events


@pytest.mark.parametrize("method", ["pm 1", "", "pm_" + "x" * 300, None, 7, ["pm_card_visa"], "pm_card_visa\n"])
async def test_a_payment_method_is_an_id_and_nothing_else(world: World, method: object) -> None:
    opened = await world.checkout()
    events = await world.events()
    answer = await world.post(f"{CHECKOUTS}/{opened['id']}/payments", {"payment_method": method}, Idempotency_Key="k")
    assert (answer.status, (await answer.json())["code"]) == (422, "body_invalid")
    assert await world.events() == events


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"{CHECKOUTS}/{UNKNOWN}", "not_found"),
        (f"{CHECKOUTS}/cs_1", "id_malformed"),
        (f"{CHECKOUTS}/{UNKNOWN.upper()}", "id_malformed"),
        (f"{CHECKOUTS}/pay_{0:032x}", "id_malformed"),
        (f"{CHECKOUTS}/%00", "id_malformed"),
        (f"{CHECKOUTS}/{UNKNOWN}%2e%2e", "id_malformed"),
        (f"{CHECKOUTS}/{UNKNOWN}/events", "not_found"),
        (f"{CHECKOUTS}/{UNKNOWN}/payments/pay_{0:032x}", "not_found"),
        (f"{CHECKOUTS}/{UNKNOWN}/payments/{UNKNOWN}", "id_malformed"),
        ("/api/v1/payments/pay_1", "id_malformed"),
        ("/api/v1/payments/" + "pay_" + "0" * 32, "not_found"),
        ("/api/v2/checkouts", "route_unknown"),
        ("/", "route_unknown"),
    ],
)
async def test_what_is_not_there_is_not_found(world: World, path: str, code: str) -> None:
    # The events of a checkout are the customer's, who has no key.
    answer = await world.get(path, key=None if path.endswith("events") else world.key)
    assert (answer.status, (await answer.json())["code"]) == (404, code)


async def test_nothing_is_done_to_what_is_not_there(world: World) -> None:
    events = await world.events()
    for rest in ("/expire", "/cancel"):
        answer = await world.post(f"{CHECKOUTS}/{UNKNOWN}{rest}", key=world.key)
        assert (answer.status, (await answer.json())["code"]) == (404, "not_found")
    body = {"payment_method": "pm_card_visa"}
    answer = await world.post(f"{CHECKOUTS}/{UNKNOWN}/payments", body, Idempotency_Key="k")
    assert (answer.status, (await answer.json())["code"]) == (404, "not_found")
    assert await world.events() == events


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "parameter_malformed"),
        ("limit=101", "parameter_malformed"),
        ("limit=ten", "parameter_malformed"),
        ("limit=%D9%A1", "parameter_malformed"),
        ("limit=" + "9" * 3_000, "parameter_malformed"),
        ("cursor=1", "cursor_malformed"),
        ("cursor=", "cursor_malformed"),
        ("cursor=cGF5bWVudHM6MQ", "cursor_malformed"),
        ("cursor=Y2hlY2tvdXRfc3RhdHVzOi0x", "parameter_malformed"),
    ],
)
async def test_a_list_refuses_what_it_does_not_understand(world: World, query: str, code: str) -> None:
    answer = await world.get(f"{CHECKOUTS}?{query}", key=world.key)
    assert (answer.status, (await answer.json())["code"]) == (400, code)


@pytest.mark.parametrize("query", ["as_of=-1", "as_of=yesterday", "as_of=2026-01-01", "as_of=", "at_least=x"])
async def test_a_time_that_is_none_is_refused(world: World, query: str) -> None:
    opened = await world.checkout()
    answer = await world.get(f"{CHECKOUTS}/{opened['id']}?{query}", key=world.key)
    assert (answer.status, (await answer.json())["code"]) == (400, "parameter_malformed")


async def test_a_long_address_is_refused(world: World) -> None:
    answer = await world.get(f"{CHECKOUTS}?cursor={'x' * 10_000}", key=world.key)
    assert (answer.status, (await answer.json())["code"]) == (414, "uri_too_long")


async def test_large_headers_are_refused(world: World) -> None:
    answer = await world.get(CHECKOUTS, key=world.key, X_Padding="x" * 20_000)
    assert (answer.status, (await answer.json())["code"]) == (431, "headers_too_large")


async def test_a_method_that_is_not_taken_is_refused_naming_those_that_are(world: World) -> None:
    answer = await world.client.delete(f"{CHECKOUTS}/{UNKNOWN}")
    assert (answer.status, (await answer.json())["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET,HEAD"


async def test_a_body_where_none_is_taken_is_refused(world: World) -> None:
    opened = await world.checkout()
    events = await world.events()
    answer = await world.post(f"{CHECKOUTS}/{opened['id']}/expire", {"reason": "x"}, key=world.key)
    assert (answer.status, (await answer.json())["code"]) == (400, "body_not_expected")
    assert await world.events() == events


async def test_what_is_wrong_is_pointed_at(world: World) -> None:
    line: dict[str, Any] = {"name": "", "quantity": 0, "unit": {"minor": 1, "currency": "EUR"}, "sku": "x"}
    problem = await (await world.post(CHECKOUTS, ORDER | {"lines": [line]}, key=world.key)).json()
    assert [error["pointer"] for error in problem["errors"]] == ["/lines/0/name", "/lines/0/quantity", "/lines/0/sku"]
