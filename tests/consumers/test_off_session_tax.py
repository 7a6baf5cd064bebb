"""The tax of charges whose customers are away: decided in the append that begins them, for where they are known."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from ledger.adapters.memory.vies import MemoryVies
from ledger.application.off_session import Order
from ledger.domain.checkout import Checkout
from ledger.domain.money import Money
from ledger.domain.session import Line
from ledger.domain.tax.billing import BillingMissing
from ledger.domain.tax.treatment import NumberState, Treatment
from tests.consumers.life import Life
from tests.consumers.test_off_session import charged, order_of
from tests.consumers.test_saving_methods import customer_of, saved
from tests.support.taxed_examples import BILLING, FRENCH_RULE, GERMAN_RULE, SELLER
from tests.support.world import World

GERMAN = replace(BILLING, address=replace(BILLING.address, country="DE"), vat_number=None)
DOWN = "301"
A_MONTH = timedelta(days=30)


async def sells(world: World) -> None:
    """Let the merchant say how it sells, from now on."""
    organization_id, mode = world.merchant.organization_id, world.merchant.mode
    await world.ledger.rulebooks.describe_seller(organization_id, mode, SELLER)
    await world.ledger.rulebooks.import_rules(organization_id, mode, [FRENCH_RULE, GERMAN_RULE])


async def kept_by(world: World, life: Life) -> Order:
    """Let a French business buy, and its card be kept; return what it may be charged for."""
    customer_id = await customer_of(world)
    checkout_id = await world.opened(customer_id=customer_id, save_payment_method=True, automatic_tax=True)
    await world.ledger.taxing.set_billing(checkout_id, BILLING)
    await world.pay(checkout_id, method="pm_card_visa")
    await life.work()
    return await order_of(world, customer_id)


async def checkout_of(world: World, payment_id: UUID) -> Checkout:
    payment = await world.ledger.payments.get(payment_id)
    return await world.ledger.checkouts.get(payment.charge.checkout_id)


def vies_of(world: World) -> MemoryVies:
    assert isinstance(world.ledger.ports.vies, MemoryVies)
    return world.ledger.ports.vies


async def test_it_is_billed_as_the_purchase_that_saved_the_method(world: World, life: Life) -> None:
    """TAX-4, TAX-5, VAT-4: the same customer; the register is asked about them anew, and once per key (IDEM-1)."""
    await sells(world)
    order = await kept_by(world, life)
    world.clock.set(world.clock.now() + A_MONTH)
    before, asked = await world.topics(), len(vies_of(world).asked)
    begun = await charged(world, order)
    assert (await charged(world, order)).replayed
    assert len(vies_of(world).asked) == asked + 1
    checkout = await checkout_of(world, begun.stream_id)
    assert checkout.billing == BILLING
    assert checkout.taxed is not None
    assert checkout.taxed.decisions[0].decision.treatment is Treatment.REVERSE_CHARGE
    assert (checkout.taxed.total.gross, checkout.taxed.total.tax) == (4900, 0)
    assert (await world.topics())[len(before) :] == [
        "payment.initiated",
        "tax_evidence.recorded",
        "checkout.opened",
        "checkout.billing_set",
        "checkout.processing",
    ]


async def test_the_merchant_may_say_whom_to_bill_and_for_what(world: World, life: Life) -> None:
    """TAX-1, TAX-2: lines by their categories, and who they are today."""
    await sells(world)
    lines = (Line("Beans", 2, Money(1950, "EUR")), Line("Mug", 1, Money(1000, "EUR")))
    order = replace(await kept_by(world, life), lines=lines, billing=GERMAN)
    taxed = (await checkout_of(world, (await charged(world, order)).stream_id)).taxed
    assert taxed is not None
    assert [(line.gross, line.net) for line in taxed.lines] == [(3900, 3277), (1000, 841)]
    assert taxed.total.tax == 782


async def test_where_nobody_knows_whom_to_bill_nothing_is_charged(world: World, life: Life) -> None:
    """TAX-4: the method was kept before there was tax; the merchant says whom to bill, or that it sees to the tax."""
    customer_id = await customer_of(world)
    await saved(world, life, customer_id)
    await sells(world)
    order, before = await order_of(world, customer_id), await world.topics()
    with pytest.raises(BillingMissing):
        await charged(world, order)
    assert await world.topics() == before
    untaxed = await charged(world, replace(order, automatic_tax=False))
    assert (await checkout_of(world, untaxed.stream_id)).taxed is None
    billed = await charged(world, replace(order, billing=GERMAN), key="renewal-2")
    assert (await checkout_of(world, billed.stream_id)).taxed is not None


async def test_a_number_in_doubt_is_asked_about_again(world: World, life: Life) -> None:
    """VAT-5: as after any purchase."""
    await sells(world)
    order = await kept_by(world, life)
    world.clock.set(world.clock.now() + A_MONTH)
    vies_of(world).told["FR"] = DOWN
    payment_id = (await charged(world, order)).stream_id
    await life.work()
    taxed = (await checkout_of(world, payment_id)).taxed
    assert taxed is not None
    assert taxed.basis.number is not None
    assert (taxed.basis.number.state, taxed.total.tax) == (NumberState.UNKNOWN, 817)
    vies_of(world).told.clear()
    await life.until(world.clock.now() + timedelta(hours=3))
    corrected = (await checkout_of(world, payment_id)).taxed
    assert corrected is not None
    assert corrected.total.tax == 0
    assert (await world.topics()).count("checkout.tax_corrected") == 1
