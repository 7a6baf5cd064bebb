"""How an organization invoices, over HTTP."""

from typing import Any

import pytest

from tests.api.world import World

INVOICING = "/api/v1/invoicing"
ADA: dict[str, Any] = {
    "legal_name": "Ada's Cups GmbH",
    "address": {"country": "de", "street": "Torstraße 1", "city": "Berlin", "postcode": "10119"},
}


async def put(world: World, body: dict[str, Any], key: str | None = None) -> tuple[int, dict[str, Any]]:
    answer = await world.client.put(INVOICING, json=body, headers={"Authorization": f"Bearer {key or world.key}"})
    return answer.status, await answer.json()


async def test_it_is_what_was_said_last(world: World) -> None:
    """INV-3: each is said whole, what is left out has its default, and the modes are apart."""
    assert (await world.get(INVOICING, key=world.key)).status == 404
    status, first = await put(world, ADA)
    assert (status, first) == (
        200,
        {
            "object": "invoicing",
            "mode": "test",
            "legal_name": "Ada's Cups GmbH",
            "address": {
                "country": "DE",
                "street": "Torstraße 1",
                "city": "Berlin",
                "postcode": "10119",
                "region": None,
            },
            "invoice_prefix": "INV-",
            "credit_note_prefix": "CN-",
            "updated_at": first["updated_at"],
        },
    )
    known = await world.events()
    assert await put(world, ADA) == (200, first)
    assert await world.events() == known
    _, second = await put(world, {**ADA, "invoice_prefix": "RE/", "credit_note_prefix": "RK/"})
    assert await (await world.get(INVOICING, key=world.key)).json() == second
    assert await (await world.get(f"{INVOICING}?as_of={known}", key=world.key)).json() == first
    assert (await world.get(INVOICING, key=world.live_key)).status == 404


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"legal_name": ""}, "legal_name_refused"),
        ({"legal_name": "Ada \u202eGmbH"}, "legal_name_refused"),
        ({"legal_name": "A" * 1_001}, "body_invalid"),
        ({"address": {"country": "DE", "street": "Torstraße 1"}}, "address_invalid"),
        ({"address": {**ADA["address"], "country": "XX"}}, "address_invalid"),
        ({"address": "Torstraße 1, Berlin"}, "body_invalid"),
        ({"invoice_prefix": "INV-2026"}, "prefix_refused"),
        ({"invoice_prefix": "CN-"}, "prefix_refused"),
        ({"invoice_prefix": "A" * 101}, "body_invalid"),
        ({"number": 1}, "body_invalid"),
    ],
)
async def test_what_cannot_be_printed_is_refused(world: World, changes: dict[str, Any], code: str) -> None:
    """Bad input: a stable code, and nothing appended."""
    before = await world.events()
    status, body = await put(world, ADA | changes)
    assert (status, body["code"]) == (422, code)
    assert await world.events() == before


async def test_a_prefix_of_invoices_is_never_taken_for_credit_notes(world: World) -> None:
    """INV-3: what is printed is unambiguous for ever."""
    await put(world, ADA)
    await put(world, {**ADA, "invoice_prefix": "RE-"})
    status, body = await put(world, {**ADA, "invoice_prefix": "RE-", "credit_note_prefix": "INV-"})
    assert (status, body["code"], body["kind"]) == (422, "prefix_refused", "credit_note")
