"""An invoice whose tax is in doubt waits for the register of VAT numbers, and not for ever."""

from datetime import timedelta

import pytest

from ledger.adapters.memory.vies import MemoryVies
from ledger.domain.review import Review
from tests.consumers.life import Life
from tests.support.invoiced import billed, credit_notes, invoices, invoicing, recorded, refunded
from tests.support.taxed_examples import BILLING
from tests.support.world import World

DOWN = "301"


@pytest.fixture(autouse=True)
async def _invoicing(world: World) -> None:
    await invoicing(world)


def vies_of(world: World) -> MemoryVies:
    assert isinstance(world.ledger.ports.vies, MemoryVies)
    return world.ledger.ports.vies


async def test_a_doubtful_tax_holds_the_invoice_until_the_register_has_spoken(world: World, life: Life) -> None:
    """VAT-5, INV-2: it is issued once, with the right tax; what was given back meanwhile is credited after it."""
    vies_of(world).told["FR"] = DOWN
    checkout_id = await billed(world, buyer=BILLING)
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    await life.work()
    await refunded(world, payment_id, 500)
    await life.until(world.clock.now() + timedelta(hours=1))
    assert [*await invoices(world.ledger), *await credit_notes(world.ledger)] == []
    vies_of(world).told.clear()
    await life.until(world.clock.now() + timedelta(hours=3))
    (invoice,) = await invoices(world.ledger)
    assert [(group.category, group.tax) for group in invoice.terms.charged.groups] == [("AE", 0)]
    (note,) = await credit_notes(world.ledger)
    assert (note.terms.credit.total.gross, note.terms.credit.total.tax) == (500, 0)
    await life.until(world.clock.now() + timedelta(days=16))
    assert len(await invoices(world.ledger)) == 1
    assert await life.dead() == []


async def test_a_tax_that_is_confirmed_is_invoiced_then(world: World, life: Life) -> None:
    """VAT-5."""
    vies_of(world).told["FR"] = DOWN
    checkout_id = await billed(world, buyer=BILLING)
    await world.pay(checkout_id, method="pm_card_visa")
    await life.work()
    vies_of(world).told["FR"] = "200"
    await life.until(world.clock.now() + timedelta(hours=3))
    assert [event.terms.charged.total.tax for event in await invoices(world.ledger)] == [333]


async def test_a_register_that_stays_silent_does_not_keep_the_invoice_for_ever(world: World, life: Life) -> None:
    """VAT-5: it says the tax that was charged; what is told of the number afterwards calls a person."""
    vies_of(world).told["FR"] = DOWN
    checkout_id = await billed(world, buyer=BILLING)
    await world.pay(checkout_id, method="pm_card_visa")
    await life.until(world.clock.now() + timedelta(days=14, hours=12))
    assert await invoices(world.ledger) == []
    await life.until(world.clock.now() + timedelta(days=1))
    assert [event.terms.charged.total.tax for event in await invoices(world.ledger)] == [333]
    vies_of(world).told.clear()
    check = await world.ledger.taxing.ask_again(await world.ledger.checkouts.get(checkout_id))
    assert check is not None
    await world.ledger.taxing.settle(checkout_id, check)
    await life.work()
    assert len(await invoices(world.ledger)) == 1
    (dead,) = [item for item in await life.dead() if item.consumer.startswith("issue_")]
    assert dead.consumer == "issue_invoice_on_checkout_tax_corrected"
    called = [
        event.detail for event in await recorded(world.ledger, "review.opened") if isinstance(event, Review.Opened)
    ]
    assert [detail.partition(":")[0] for detail in called] == ["vat_number_unconfirmed", "invoice_outdated"]
