"""How the tax of a checkout came about, as its merchant reads it: every decision in order, and nobody else's."""

from typing import Any

import pytest

from api.billing_shown import TaxTrail
from ledger.adapters.memory.vies import ADDRESS, NAME, MemoryVies
from ledger.application import ids
from ledger.application.vat.answers import Source
from ledger.domain.vat.number import parse
from tests.api.test_billing import BERLIN, PARIS, billed, selling
from tests.api.world import World

FRENCH = "FR40303265045"


@pytest.fixture
async def seller(world: World) -> World:
    """A merchant in Germany that sells by the One-Stop Shop, while France's register is down."""
    vies_of(world).told["FR"] = "301"
    return await selling(world)


def vies_of(world: World) -> MemoryVies:
    assert isinstance(world.ledger.ports.vies, MemoryVies)
    return world.ledger.ports.vies


async def trail(world: World, checkout: str, query: str = "") -> dict[str, Any]:
    answer = await world.get(f"/api/v1/checkouts/{checkout}/tax{query}", key=world.key)
    assert answer.status == 200, await answer.text()
    body: dict[str, Any] = await answer.json()
    TaxTrail.model_validate(body)
    return body


async def corrected(world: World) -> str:
    """Bill a business in Paris under a number that is vouched for after it has paid; return the checkout."""
    checkout: str = (await world.checkout())["id"]
    await billed(world, checkout, address=BERLIN)
    await billed(world, checkout, address=PARIS, vat_number=FRENCH, name="Atelier Ada")
    await world.pay(checkout)
    vies_of(world).told.clear()
    world.clock.advance(minutes=6)
    check = await world.ledger.vat_numbers.check(parse(FRENCH), parse("DE136695976"))
    assert check.source is Source.LIVE
    await world.ledger.taxing.settle(ids.inside("checkout", checkout), check)
    return checkout


async def test_every_decision_and_correction_is_told_in_order_with_what_it_rests_on(seller: World) -> None:
    """TAX-4, VAT-4, VAT-5: rules, rulebook, day, evidence, the consultation number and the hash of the answer."""
    body = await trail(seller, await corrected(seller))
    items = body["items"]
    assert [each["standing"] for each in items] == ["decided", "decided", "corrected"]
    assert [each["position"] for each in items] == sorted(each["position"] for each in items)
    assert [each["recorded_at"] for each in items] == sorted(each["recorded_at"] for each in items)
    german, doubtful, settled = items
    assert (german["decision"]["decisions"][0]["rule_id"], german["evidence"]) == ("txr_2", None)
    assert german["decision"]["decisions"][0]["steps"][-1] == "rule txr_2: standard, 19 %"
    assert (doubtful["evidence"]["status"], doubtful["evidence"]["reason"]) == ("unknown", "ms_unavailable")
    assert doubtful["tax"]["total"]["tax"]["minor"] == 333
    assert (settled["evidence"]["status"], settled["evidence"]["requester"]) == ("valid", "DE136695976")
    assert settled["evidence"]["consultation_number"] == settled["decision"]["consultation_number"]
    assert settled["evidence"]["id"] == settled["decision"]["evidence_id"] != doubtful["evidence"]["id"]
    assert len(settled["evidence"]["answer_sha256"]) == 64
    assert settled["tax"]["total"]["tax"]["minor"] == 0
    unchanged = ("day", "rulebook_version", "seller")
    assert [settled["decision"][name] for name in unchanged] == [doubtful["decision"][name] for name in unchanged]


async def test_whom_the_register_named_is_not_shown(seller: World) -> None:
    """VAT-4: it is kept as evidence; merchants see what their customers told them."""
    told = str(await trail(seller, await corrected(seller)))
    assert NAME not in told
    assert ADDRESS.splitlines()[0] not in told


async def test_it_reads_as_it_was_at_any_position(seller: World) -> None:
    """EVT-7."""
    checkout = await corrected(seller)
    items = (await trail(seller, checkout))["items"]
    before = await trail(seller, checkout, f"?as_of={items[1]['position']}")
    assert before["items"] == items[:2]


async def test_there_is_nothing_to_tell_before_an_address_and_where_the_merchant_takes_care(seller: World) -> None:
    checkout = await seller.checkout()
    by_hand = await seller.checkout(automatic_tax=False)
    assert [(await trail(seller, each["id"]))["items"] for each in (checkout, by_hand)] == [[], []]
    assert not (await trail(seller, by_hand["id"]))["automatic_tax"]


async def test_nobody_else_reads_it(seller: World) -> None:
    """Neither customers nor other merchants, nor the merchant in the other mode."""
    path = f"/api/v1/checkouts/{await corrected(seller)}/tax"
    _, stranger, _ = await seller.another_merchant()
    answers = [await seller.get(path, key=key) for key in (None, stranger, seller.live_key)]
    told = [(answer.status, (await answer.json())["code"]) for answer in answers]
    assert told == [(401, "api_key_invalid"), (404, "not_found"), (404, "mode_mismatch")]
