"""Billing over the API: the customer says where they are, and sees the tax in the price."""

from dataclasses import replace
from datetime import date
from ipaddress import ip_network
from typing import Any

import pytest

from api import representations as shown
from api.billing_shown import TaxPreview
from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.vies import NAME, MemoryVies
from ledger.bootstrap import memory_ports
from ledger.domain.tax.rate import Rate
from ledger.domain.tax.rules import Scope
from ledger.domain.values import Mode
from tests.api.world import World, world_over
from tests.support.taxed_examples import FRENCH_RULE, GERMAN_RULE, SELLER

BERLIN = {"country": "DE", "street": "Unter den Linden 1", "city": "Berlin", "postcode": "10117"}
PARIS = {"country": "FR", "street": "12 rue de la Paix", "city": "Paris", "postcode": "75002"}
BERNE = {"country": "CH", "street": "Bundesplatz 3", "city": "Bern", "postcode": "3005"}
FRENCH_BOOKS = replace(
    FRENCH_RULE, rule_id="txr_3", scope=Scope("FR", product="books"), rate=Rate.of("5.5"), valid_from=date(2014, 1, 1)
)


@pytest.fixture
async def seller(world: World) -> World:
    """A merchant in Germany that sells by the One-Stop Shop."""
    return await selling(world)


async def selling(world: World) -> World:
    """Have the merchant say how it sells, and by which rules."""
    rulebooks = world.ledger.rulebooks
    await rulebooks.describe_seller(world.organization_id, Mode.TEST, SELLER)
    rules = [FRENCH_RULE, GERMAN_RULE, FRENCH_BOOKS]
    await rulebooks.import_rules(world.organization_id, Mode.TEST, rules)
    return world


async def billed(world: World, checkout: str, *, status: int = 200, **body: object) -> dict[str, Any]:
    answer = await world.post(f"/api/v1/checkouts/{checkout}/billing", body)
    assert answer.status == status, await answer.text()
    said: dict[str, Any] = await answer.json()
    return said


def minors(price: dict[str, Any]) -> tuple[int, int, int]:
    return (price["gross"]["minor"], price["net"]["minor"], price["tax"]["minor"])


async def test_a_consumer_sees_the_tax_in_the_price(seller: World) -> None:
    """TAX-1, TAX-4, CHK-10: the price stays, and the address is shown to nobody but the merchant."""
    checkout = await seller.checkout()
    assert (checkout["automatic_tax"], checkout["tax"]) == (True, None)
    body = await billed(seller, checkout["id"], address=BERLIN)
    shown.CustomerCheckout.model_validate(body)
    tax = body["tax"]
    gross = checkout["amount"]["minor"]
    assert (tax["treatment"], tax["groups"][0]["rate"], tax["groups"][0]["category"]) == ("domestic", "19", "S")
    assert minors(tax["total"]) == (gross, gross - round(gross * 19 / 119), round(gross * 19 / 119))
    assert "Linden" not in str(body)
    answer = await seller.get(f"/api/v1/checkouts/{checkout['id']}", key=seller.key)
    merchant = await answer.json()
    shown.Checkout.model_validate(merchant)
    assert merchant["billing"]["address"]["street"] == "Unter den Linden 1"
    decision = merchant["tax_decision"]
    assert (decision["decisions"][0]["rule_id"], decision["located"]) == ("txr_2", "single")
    assert decision["location"] == [{"kind": "billing_address", "country": "DE"}]


async def test_a_business_abroad_with_a_valid_number_declares_the_tax_itself(seller: World) -> None:
    """TAX-5, VAT-4: net is gross; the consultation number is kept, and two pieces of evidence agree."""
    checkout = await seller.checkout()
    body = await billed(seller, checkout["id"], address=PARIS, vat_number="fr 40 303 265 045", name="Atelier Ada")
    tax = body["tax"]
    gross = checkout["amount"]["minor"]
    assert (tax["treatment"], tax["groups"][0]["category"]) == ("reverse_charge", "AE")
    assert minors(tax["total"]) == (gross, gross, 0)
    assert (tax["vat_number"]["number"], tax["vat_number"]["status"]) == ("FR40303265045", "valid")
    assert NAME not in str(body)
    merchant = await (await seller.get(f"/api/v1/checkouts/{checkout['id']}", key=seller.key)).json()
    decision = merchant["tax_decision"]
    assert decision["consultation_number"].startswith("WAPI")
    assert (decision["located"], decision["evidence_id"][:4]) == ("agreeing", "tev_")
    topics = [event.topic for event in await seller.recorder.select_notifications(1, 1_000)]
    assert topics[-2:] == ["tax_evidence.recorded", "checkout.billing_set"]


async def test_a_number_nobody_can_vouch_for_is_taxed_as_anybodys(seller: World) -> None:
    """VAT-1, VAT-5: unknown is not invalid, and the customer does not wait."""
    vies = seller.ledger.ports.vies
    assert isinstance(vies, MemoryVies)
    vies.told["FR"] = "301"
    checkout = await seller.checkout()
    tax = (await billed(seller, checkout["id"], address=PARIS, vat_number="FR40303265045"))["tax"]
    assert (tax["treatment"], tax["groups"][0]["rate"]) == ("oss_destination", "20")
    assert (tax["vat_number"]["status"], tax["vat_number"]["reason"]) == ("unknown", "ms_unavailable")


async def test_lines_are_taxed_by_their_categories_and_add_up(seller: World) -> None:
    """TAX-1, TAX-2: one group for each rate; lines and groups both sum to the price."""
    lines = [
        {"name": "Cup", "quantity": 3, "unit": {"minor": 99, "currency": "EUR"}},
        {"name": "Book", "quantity": 1, "unit": {"minor": 1055, "currency": "EUR"}, "tax_category": "books"},
    ]
    checkout = await seller.checkout(lines=lines, amount={"minor": 1352, "currency": "EUR"})
    tax = (await billed(seller, checkout["id"], address=PARIS))["tax"]
    assert [(group["rate"], *minors(group)) for group in tax["groups"]] == [
        ("20", 297, 247, 50),
        ("5.5", 1055, 1000, 55),
    ]
    assert [minors(line) for line in tax["lines"]] == [(297, 247, 50), (1055, 1000, 55)]
    assert minors(tax["total"]) == (1352, 1247, 105)


async def test_outside_the_union_it_is_out_of_scope(seller: World) -> None:
    checkout = await seller.checkout()
    tax = (await billed(seller, checkout["id"], address=BERNE))["tax"]
    assert (tax["treatment"], tax["groups"][0]["category"], tax["total"]["tax"]["minor"]) == ("out_of_scope", "O", 0)


async def test_a_preview_records_nothing(seller: World) -> None:
    checkout = await seller.checkout()
    before = await seller.events()
    path = f"/api/v1/checkouts/{checkout['id']}/billing/preview"
    seen = {}
    for country in ("DE", "FR", "CH"):
        answer = await seller.post(path, {"country": country})
        assert answer.status == 200, await answer.text()
        body = await answer.json()
        TaxPreview.model_validate(body)
        seen[country] = (body["tax"]["total"]["gross"], body["tax"]["groups"][0]["rate"])
    assert seen == {
        country: (checkout["amount"], rate) for country, rate in (("DE", "19"), ("FR", "20"), ("CH", "0"))
    }
    assert await seller.events() == before


async def test_paying_comes_after_the_address_and_freezes_it(seller: World) -> None:
    """TAX-4: what the customer saw is what is recorded; nothing changes under a payment."""
    checkout = (await seller.checkout())["id"]
    refused = await seller.post(
        f"/api/v1/checkouts/{checkout}/payments", {"payment_method": "pm_card_visa"}, Idempotency_Key="early"
    )
    assert (refused.status, (await refused.json())["code"]) == (409, "billing_missing")
    await billed(seller, checkout, address=BERLIN)
    await seller.pay(checkout)
    late = await billed(seller, checkout, status=409, address=PARIS)
    assert late["code"] in {"checkout_processing", "checkout_complete"}
    answer = await seller.get(f"/api/v1/checkouts/{checkout}", key=seller.key)
    assert (await answer.json())["billing"]["address"]["country"] == "DE"


async def test_the_same_billing_again_is_recorded_once(seller: World) -> None:
    checkout = (await seller.checkout())["id"]
    first = await billed(seller, checkout, address=PARIS, vat_number="FR40303265045")
    before = await seller.events()
    assert await billed(seller, checkout, address=PARIS, vat_number="FR40303265045") == first
    assert await seller.events() == before
    assert (await billed(seller, checkout, address=BERLIN))["tax"]["country"] == "DE"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"address": BERLIN | {"postcode": "1011"}}, "address_invalid"),
        ({"address": BERLIN | {"street": "x" * 5_000}}, "address_invalid"),
        ({"address": BERLIN | {"city": "Ber\u0000lin"}}, "address_invalid"),
        ({"address": BERLIN | {"country": "XX"}}, "address_invalid"),
        ({"address": {"country": "DE"}}, "address_invalid"),
        ({"address": PARIS, "vat_number": "FR00000000000"}, "vat_number_malformed"),
        ({"address": PARIS, "vat_number": "GB980780684"}, "vat_number_malformed"),
        ({"address": PARIS, "vat_number": "FR40303265045", "customer_type": "consumer"}, "body_invalid"),
        ({"address": PARIS, "tax": 0}, "body_invalid"),
        ({}, "body_invalid"),
        ({"address": {**BERLIN, "country": "IT", "postcode": "00100"}}, "tax_rule_missing"),
    ],
)
async def test_bad_input_is_named_and_nothing_is_recorded(seller: World, body: dict[str, Any], code: str) -> None:
    checkout = (await seller.checkout())["id"]
    before = await seller.events()
    assert (await billed(seller, checkout, status=422, **body))["code"] == code
    assert await seller.events() == before


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"country": "XX"}, "tax_scope_unknown"),
        ({"country": "EL"}, "tax_scope_unknown"),
        ({"country": "D\u0000"}, "tax_scope_unknown"),
        ({"country": "DE" * 3_000}, "tax_scope_unknown"),
        ({"country": "FR", "vat_number": "GB980780684"}, "vat_number_malformed"),
        ({"country": "FR", "vat_number": "FR40303265045", "customer_type": "consumer"}, "body_invalid"),
        ({"country": "IT"}, "tax_rule_missing"),
        ({"postcode": "75002"}, "body_invalid"),
    ],
)
async def test_a_preview_of_bad_input_says_what_is_wrong(seller: World, body: dict[str, Any], code: str) -> None:
    checkout = (await seller.checkout())["id"]
    answer = await seller.post(f"/api/v1/checkouts/{checkout}/billing/preview", body)
    assert (answer.status, (await answer.json())["code"]) == (422, code)


async def test_a_merchant_that_takes_care_of_its_tax_asks_for_no_address(world: World) -> None:
    checkout = (await world.checkout())["id"]
    assert (await billed(world, checkout, status=409, address=BERLIN))["code"] == "tax_not_automatic"
    answer = await world.post(
        "/api/v1/checkouts", {"amount": {"minor": 1, "currency": "EUR"}, "automatic_tax": True}, key=world.key
    )
    assert (answer.status, (await answer.json())["code"]) == (409, "tax_not_configured")


@pytest.mark.parametrize(("trusted", "located"), [("127.0.0.0/8", "agreeing"), ("10.0.0.0/8", "single")])
async def test_the_country_of_the_address_is_evidence_where_a_proxy_of_ours_says_it(
    trusted: str, located: str
) -> None:
    """TAX-4: two pieces of location evidence; what a stranger sends is none."""
    async with world_over(memory_ports(SettableClock()), trusting=[ip_network(trusted)]) as world:
        await world.settle_in()
        checkout = (await (await selling(world)).checkout())["id"]
        path = f"/api/v1/checkouts/{checkout}/billing"
        assert (await world.post(path, {"address": BERLIN}, X_Country="DE")).status == 200
        merchant = await (await world.get(f"/api/v1/checkouts/{checkout}", key=world.key)).json()
    assert merchant["tax_decision"]["located"] == located
    kinds = [each["kind"] for each in merchant["tax_decision"]["location"]]
    assert ("ip_address" in kinds) is (located == "agreeing")
