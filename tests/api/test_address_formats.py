"""What a page learns of how addresses are written in a country."""

from dataclasses import replace
from typing import Any

import pytest

from api.limits import Rate
from ledger.domain.address.formats import format_of
from ledger.domain.countries import COUNTRIES
from tests.api.world import OFF, World, world_in_memory

FORMATS = "/api/v1/address_formats"


async def fields(world: World, country: str) -> dict[str, dict[str, Any]]:
    answer = await world.get(f"{FORMATS}/{country}")
    assert answer.status == 200, await answer.text()
    body = await answer.json()
    assert (body["object"], body["country"]) == ("address_format", country.upper())
    return {each["name"]: each for each in body["fields"]}


async def test_fields_come_in_the_order_in_which_they_are_written(world: World) -> None:
    assert list(await fields(world, "de")) == ["street", "postcode", "city"]
    assert list(await fields(world, "GB")) == ["street", "city", "postcode"]
    assert list(await fields(world, "JP")) == ["postcode", "region", "street"]


async def test_a_postcode_is_shown_by_its_pattern_and_an_example(world: World) -> None:
    postcode = (await fields(world, "DE"))["postcode"]
    assert (postcode["required"], postcode["pattern"], postcode["example"]) == (True, r"\d{5}", "26133")
    assert "postcode" not in await fields(world, "HK")


async def test_regions_may_be_chosen_and_provinces_need_not_be_named(world: World) -> None:
    state = (await fields(world, "US"))["region"]
    assert (state["label"], state["required"]) == ("state", True)
    assert {"value": "CA", "names": ["California"]} in state["choices"]
    province = (await fields(world, "ES"))["region"]
    assert (province["required"], len(province["choices"])) == (False, 52)
    assert "region" not in await fields(world, "FR")


async def test_it_may_be_kept_for_a_day_and_what_is_not_there_may_not(world: World) -> None:
    assert (await world.get(f"{FORMATS}/DE")).headers["Cache-Control"] == "public, max-age=86400"
    assert (await world.get(f"{FORMATS}/XX")).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("written", "meant"), [("EL", "GR"), ("uk", "GB"), ("XX", None), ("ZZ", None), ("%C3%9F", None)]
)
async def test_an_unknown_country_is_not_there(world: World, written: str, meant: str | None) -> None:
    """Bad input: unknown countries, and codes that stand for one elsewhere."""
    answer = await world.get(f"{FORMATS}/{written}")
    body = await answer.json()
    assert (answer.status, body["code"], body["meant"]) == (404, "country_unknown", meant)


async def test_asking_counts_by_address() -> None:
    async with world_in_memory(limits=replace(OFF, per_address=Rate(per_s=0.1, burst=1))) as limited:
        assert [(await limited.get(f"{FORMATS}/DE")).status for _ in range(2)] == [200, 429]


def test_every_country_has_a_form_with_each_field_once_and_all_that_are_required() -> None:
    for country in COUNTRIES:
        form = format_of(country)
        assert len(set(form.order)) == len(form.order), country
        assert form.required <= set(form.order), country
