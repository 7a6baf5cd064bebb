"""VAT numbers and member states over the API, for anybody."""

from dataclasses import replace
from typing import Any

import pytest

from api.limits import Rate
from ledger.adapters.memory.vies import ADDRESS, NAME, MemoryVies
from ledger.application.vat.node import FAILURES
from tests.api.world import OFF, World, world_in_memory

VALIDATE = "/api/v1/vat/validate"
MEMBERS = "/api/v1/vat/members"


def vies_of(world: World) -> MemoryVies:
    vies = world.ledger.ports.vies
    assert isinstance(vies, MemoryVies)
    return vies


async def said(world: World, path: str) -> dict[str, Any]:
    answer = await world.get(path)
    assert answer.status == 200, await answer.text()
    body: dict[str, Any] = await answer.json()
    return body


async def test_a_number_is_validated_live_and_then_from_memory(world: World) -> None:
    """VAT-6: the response says live or cached."""
    live = await said(world, f"{VALIDATE}?vat=de%20136.695-976")
    assert (live["vat"], live["status"], live["reason"], live["source"]) == ("DE136695976", "valid", None, "live")
    cached = await said(world, f"{VALIDATE}?country=DE&number=136695976")
    assert cached == live | {"source": "cached"}


async def test_nobody_is_told_whose_number_it_is(world: World) -> None:
    """The register forbids passing on what it tells."""
    answer = await (await world.get(f"{VALIDATE}?vat=DE136695976")).text()
    assert NAME not in answer
    assert ADDRESS.splitlines()[0] not in answer


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("vat=DE136695977", "check_digit"),
        ("vat=GB980780684", "country_left"),
        ("vat=", "empty"),
        ("country=FR&vat=DE136695976", "country_differs"),
        ("country=US&number=1", "country_unknown"),
        ("vat=" + "1" * 500, "too_long"),
    ],
)
async def test_what_is_no_number_is_malformed_and_nobody_is_asked(world: World, query: str, reason: str) -> None:
    """VAT-3: format and check digit first."""
    body = await said(world, f"{VALIDATE}?{query}")
    assert (body["status"], body["reason"], body["source"]) == ("malformed", reason, "format")
    assert vies_of(world).asked == []


async def test_an_outage_is_unknown_with_its_reason(world: World) -> None:
    """VAT-1: never invalid."""
    vies_of(world).told["EL"] = "301"
    body = await said(world, f"{VALIDATE}?country=GR&number=094259216")
    assert (body["vat"], body["status"], body["reason"]) == ("EL094259216", "unknown", "ms_unavailable")


async def test_an_old_yes_stands_in_and_says_so(world: World) -> None:
    """VAT-6."""
    first = await said(world, f"{VALIDATE}?vat=DE136695976")
    world.clock.advance(hours=30)
    vies_of(world).told["DE"] = "600"
    stale = await said(world, f"{VALIDATE}?vat=DE136695976")
    assert stale == first | {"source": "stale", "reason": "ms_max_concurrent_req"}


@pytest.mark.parametrize(
    "path",
    [VALIDATE, f"{VALIDATE}?number=1", f"{VALIDATE}?vat=DE1&number=1"]
    + [f"{MEMBERS}?date={wrong}" for wrong in ("2026-13-01", "tomorrow", "20261122", "")],
)
async def test_a_question_that_makes_no_sense_is_refused(world: World, path: str) -> None:
    answer = await world.get(path)
    assert answer.status == 400
    assert (await answer.json())["code"] == "parameter_malformed"


async def test_asking_is_limited_by_address(world: World) -> None:
    """VAT-6: the public endpoint is rate-limited."""
    limits = replace(OFF, vat_per_address=Rate(per_s=0.1, burst=2))
    async with world_in_memory(limits=limits) as limited:
        answers = [await limited.get(f"{VALIDATE}?vat=DE136695976") for _ in range(3)]
        assert [answer.status for answer in answers] == [200, 200, 429]
        assert (await answers[2].json())["budget"] == "vat"
        assert (await limited.get(MEMBERS)).status == 200


@pytest.mark.parametrize(("day", "count"), [("2026-01-01", 28), ("2020-12-31", 28), ("2013-06-30", 27)])
async def test_the_members_of_a_day_are_listed(world: World, day: str, count: int) -> None:
    """VAT-3: with Northern Ireland from 2021 on, with the United Kingdom until then."""
    body = await said(world, f"{MEMBERS}?date={day}")
    assert len(body["items"]) == count
    assert ("XI" in {each["country"] for each in body["items"]}) is (day > "2021")


async def test_a_member_is_shown_with_its_territories_and_its_node(world: World) -> None:
    """VAT-3."""
    unobserved = await said(world, f"{MEMBERS}/gr")
    assert (unobserved["country"], unobserved["prefix"], unobserved["member"]) == ("GR", "EL", True)
    assert [each["key"] for each in unobserved["territories"]] == ["GR-69"]
    assert unobserved["vies"] == {"status": "unobserved", "observed_at": None}
    vies_of(world).told["EL"] = "301"
    for _ in range(FAILURES):
        await said(world, f"{VALIDATE}?vat=EL094259216")
    assert (await said(world, f"{MEMBERS}/EL"))["vies"]["status"] == "not_answering"


async def test_who_has_left_is_shown_and_who_never_was_in_is_not_there(world: World) -> None:
    """VAT-3: GB is not VIES."""
    left = await said(world, f"{MEMBERS}/GB?date=2026-01-01")
    assert (left["member"], left["until"], left["vies"]) == (False, "2020-12-31", None)
    before = await said(world, f"{MEMBERS}/GB?date=2020-12-31")
    parts = [{each["key"]: each["in_vat_area"] for each in body["territories"]} for body in (before, left)]
    assert parts == [{"GB-NIR": True, "IM": True}, {"GB-NIR": False, "IM": False}]
    assert (await world.get(f"{MEMBERS}/CH")).status == 404
