"""What happens between an address and a payment: days pass, rules end, and addresses change again and again."""

from datetime import date, timedelta

import pytest

from ledger.domain.checkout_tax import MOST_BILLINGS
from ledger.domain.tax.rate import Rate
from ledger.domain.tax.rules import RuleTreatment, Scope, TaxRule
from ledger.domain.values import Mode
from tests.api.test_billing import BERLIN, PARIS, billed, selling
from tests.api.world import World


@pytest.fixture
async def seller(world: World) -> World:
    """A merchant in Germany that sells by the One-Stop Shop."""
    return await selling(world)


async def test_the_tax_is_of_the_day_it_is_paid_on(seller: World) -> None:
    """TAX-4: an address given before midnight, a payment after it: the rate is that of the payment's day."""
    book = seller.ledger.rulebooks
    today = seller.clock.now().date()
    checkout = (await seller.checkout())["id"]
    await billed(seller, checkout, address=BERLIN)
    tomorrow = date.fromordinal(today.toordinal() + 1)
    await book.end_rule(seller.organization_id, Mode.TEST, "txr_2", tomorrow)
    new = TaxRule("txr_9", Scope("DE"), RuleTreatment.STANDARD, Rate.of("16"), tomorrow)
    await book.import_rules(seller.organization_id, Mode.TEST, [new])
    seller.clock.advance(hours=23)
    await seller.pay(checkout)
    tax = (await (await seller.get(f"/api/v1/checkouts/{checkout}", key=seller.key)).json())["tax"]
    assert (tax["standing"], tax["groups"][0]["rate"]) == ("renewed", "16")


async def test_a_payment_for_which_no_rule_is_left_is_refused_and_nothing_is_recorded(seller: World) -> None:
    """TAX-4: the customer reads what is missing, and may pay once it is there."""
    book, tomorrow = seller.ledger.rulebooks, seller.clock.now().date() + timedelta(days=1)
    checkout = (await seller.checkout())["id"]
    await billed(seller, checkout, address=BERLIN)
    await book.end_rule(seller.organization_id, Mode.TEST, "txr_2", tomorrow)
    seller.clock.advance(hours=23)
    before = await seller.events()
    path, paying = f"/api/v1/checkouts/{checkout}/payments", {"payment_method": "pm_card_visa"}
    for _ in range(2):
        refused = await seller.post(path, paying, Idempotency_Key="click")
        said = await refused.json()
        assert (refused.status, said["code"]) == (422, "tax_rule_missing")
        assert (said["territory"], said["product"], said["day"]) == ("DE", "standard", tomorrow.isoformat())
    assert await seller.events() == before
    new = TaxRule("txr_9", Scope("DE"), RuleTreatment.STANDARD, Rate.of("16"), tomorrow)
    await book.import_rules(seller.organization_id, Mode.TEST, [new])
    assert (await seller.post(path, paying, Idempotency_Key="click")).status == 202


async def test_a_checkout_that_expired_says_so_whatever_became_of_the_rules(seller: World) -> None:
    """CHK-2."""
    checkout = (await seller.checkout())["id"]
    await billed(seller, checkout, address=BERLIN)
    await seller.ledger.rulebooks.end_rule(
        seller.organization_id, Mode.TEST, "txr_2", seller.clock.now().date() + timedelta(days=1)
    )
    seller.clock.advance(hours=25)
    late = await seller.post(
        f"/api/v1/checkouts/{checkout}/payments", {"payment_method": "pm_card_visa"}, Idempotency_Key="late"
    )
    assert (late.status, (await late.json())["code"]) == (409, "checkout_expired")


async def test_a_billing_changed_too_often_is_refused_over_the_api(seller: World) -> None:
    checkout = (await seller.checkout())["id"]
    for number in range(MOST_BILLINGS):
        await billed(seller, checkout, address=BERLIN, name=f"Ada {number}")
    before = await seller.events()
    said = await billed(seller, checkout, status=409, address=PARIS)
    assert (said["code"], said["limit"]) == ("billing_changed_too_often", MOST_BILLINGS)
    assert await seller.events() == before
