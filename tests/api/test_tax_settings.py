"""How an organization sells, over HTTP."""

from typing import Any

import pytest

from tests.api.world import World

SETTINGS = "/api/v1/tax/settings"
GERMAN = {"country": "DE", "oss": True, "vat_number": "de 136.695.976", "time_zone": "Europe/Berlin"}


async def put(world: World, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = await world.client.put(SETTINGS, json=body, headers={"Authorization": f"Bearer {world.key}"})
    return answer.status, await answer.json()


async def test_settings_are_what_was_said_last(world: World) -> None:
    """VAT-4, TAX-7: the number as VIES writes it; each is said whole, and what is left out has its default."""
    assert (await world.get(SETTINGS, key=world.key)).status == 404
    status, first = await put(world, GERMAN)
    assert (status, first) == (
        200,
        {
            "object": "tax_settings",
            "mode": "test",
            "country": "DE",
            "oss": True,
            "vat_number": "DE136695976",
            "time_zone": "Europe/Berlin",
            "rounding": "group",
            "updated_at": first["updated_at"],
        },
    )
    known = await world.events()
    assert await put(world, GERMAN) == (200, first)
    assert await world.events() == known
    _, second = await put(world, {"country": "CH", "oss": False, "rounding": "line"})
    assert (second["vat_number"], second["time_zone"], second["rounding"]) == (None, "UTC", "line")
    assert await (await world.get(SETTINGS, key=world.key)).json() == second
    assert await (await world.get(f"{SETTINGS}?as_of={known}", key=world.key)).json() == first


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"country": "XX"}, "tax_scope_unknown"),
        ({"country": "Germany"}, "body_invalid"),
        ({"oss": "yes"}, "body_invalid"),
        ({"vat_number": "DE136695977"}, "vat_number_malformed"),
        ({"vat_number": "136695976"}, "vat_number_malformed"),
        ({"time_zone": "Berlin"}, "time_zone_unknown"),
        ({"time_zone": "../../etc/localtime"}, "time_zone_unknown"),
        ({"rounding": "half_up"}, "body_invalid"),
        ({"threshold": 10_000}, "body_invalid"),
    ],
)
async def test_settings_that_mean_nothing_are_refused(world: World, changes: dict[str, Any], code: str) -> None:
    """Bad input: a stable code, and nothing appended."""
    before = await world.events()
    status, body = await put(world, GERMAN | changes)
    assert (status, body["code"]) == (422, code)
    assert await world.events() == before


async def test_rules_without_settings_say_nothing_of_the_seller(world: World) -> None:
    rule = {"country": "DE", "treatment": "S", "rate": "19", "valid_from": "2021-01-01"}
    assert (await world.post("/api/v1/tax/rules", rule, key=world.key)).status == 201
    answer = await world.get(SETTINGS, key=world.key)
    assert (answer.status, (await answer.json())["code"]) == (404, "not_found")
