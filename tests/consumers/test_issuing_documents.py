"""Documents as they follow from what happens: one invoice of what is paid, one credit note for what is given back."""

import asyncio
from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest

from consumers.run import Consumers
from ledger.application.organizations import Principal
from ledger.application.provider import Captured, Declined, RefundFailed, RefundSucceeded
from ledger.application.work import WorkState
from ledger.bootstrap import assemble
from ledger.domain.charge import CaptureMethod
from ledger.domain.journal import clearing, refunds, revenue, tax_payable
from ledger.domain.money import Money
from ledger.domain.refund import Refund
from ledger.domain.values import Mode
from tests.consumers.life import Life, eventually, reference
from tests.consumers.test_off_session import charged
from tests.consumers.test_off_session_tax import kept_by
from tests.consumers.test_run import PACE
from tests.consumers.test_settle_on_ipn_received import settled
from tests.support.dispute_ipns import refund as told_of_refund
from tests.support.invoiced import (
    billed,
    credit_notes,
    invoice_of,
    invoices,
    invoicing,
    numbers,
    recorded,
    refunded,
)
from tests.support.stripe_ipns import listen, told
from tests.support.taxed_examples import BILLING, FRENCH_RULE, GERMAN_RULE, SELLER
from tests.support.world import ACCOUNT, World


async def bought(world: World, life: Life, key: str = "order-1", method: str = "pm_card_visa") -> tuple[UUID, UUID]:
    """Sell cups for 19.99 EUR and let everything happen that follows; return the checkout and the payment."""
    checkout_id = await billed(world, key)
    payment_id = (await world.pay(checkout_id, method=method)).stream_id
    await life.work()
    return checkout_id, payment_id


async def books(world: World) -> dict[str, int]:
    """Return what every account holds, those with nothing left out."""
    held: Counter[str] = Counter()
    for found in await world.ledger.recorder.select_notifications(1, 10_000):
        for posting in getattr(world.ledger.mapper.to_domain_event(found), "postings", ()):
            held[posting.account] += posting.minor
    return {account: minor for account, minor in held.items() if minor}


@pytest.fixture(autouse=True)
async def _invoicing(world: World) -> None:
    await invoicing(world)


async def test_what_is_paid_is_invoiced_once_and_what_is_given_back_is_credited_once(
    world: World, life: Life
) -> None:
    """PAY-7, CONS-1, EVT-11: every fact handled twice; the books balance, and in the end no tax is owed."""
    checkout_id, payment_id = await bought(world, life)
    organization_id = world.merchant.organization_id
    assert await books(world) == {
        clearing("stripe"): 1999,
        revenue(organization_id): -1666,
        tax_payable("FR"): -333,
    }
    refund_id = await refunded(world, payment_id, 1999)
    await life.work()
    invoice = await invoice_of(world, checkout_id)
    assert invoice is not None
    for rule, stream_id in (
        ("issue_invoice_on_payment_captured", payment_id),
        ("issue_credit_note_on_refund_succeeded", refund_id),
        ("issue_credit_notes_on_invoice_issued", invoice.id),
    ):
        await life.handle(rule, stream_id)
    assert [len(await invoices(world.ledger)), len(await credit_notes(world.ledger))] == [1, 1]
    assert await books(world) == {revenue(organization_id): -1666, refunds(organization_id): 1666}
    assert await life.dead() == []


async def test_fifty_refunds_at_once_in_two_processes_have_one_credit_note_each(world: World, life: Life) -> None:
    """PAY-7, INV-2: and all of them together come to the invoice, in gross and in tax."""
    checkout_id, payment_id = await bought(world, life)
    asked = [refunded(world, payment_id, 40 if number else 39, f"refund-{number}") for number in range(50)]
    refund_ids = await asyncio.gather(*asked)
    other = assemble(world.ledger.ports, name="other")

    async def all_are_credited() -> bool:
        return len(await credit_notes(world.ledger)) == 50

    async with other.recorder, Consumers(world.ledger, pace=PACE), Consumers(other, pace=PACE):
        await eventually(all_are_credited)
    notes = [note.terms for note in await credit_notes(world.ledger)]
    assert sorted(note.refund_id for note in notes) == sorted(refund_ids)
    assert sorted(note.number.number for note in notes) == list(range(1, 51))
    assert sum(note.credit.total.gross for note in notes) == 1999
    assert sum(note.credit.total.tax for note in notes) == 333
    invoice = await invoice_of(world, checkout_id)
    assert invoice is not None
    assert invoice.left_minor == 0


async def test_a_refund_made_at_the_providers_desk_is_credited_like_any_other(world: World, life: Life) -> None:
    """PAY-7, IPN-10: nobody asked us first, and it is told of twice."""
    await listen(world.ledger, world)
    _, payment_id = await bought(world, life)
    intent = await reference(world, payment_id)
    made = world.provider.refunds.make(intent, "desk", Money(500, "EUR"), charged_minor=1999)
    for kind in ("refund.created", "charge.refund.updated"):
        desk = told_of_refund("", intent, "succeeded", id=getattr(made, "reference", ""), metadata={})
        await settled(world, life, told(kind, desk))
    await life.work()
    assert [note.terms.credit.total.gross for note in await credit_notes(world.ledger)] == [500]


async def test_slow_money_is_invoiced_when_it_comes(world: World, life: Life) -> None:
    """INV-2: while it is on its way there is nothing to invoice, and no number is taken."""
    _, payment_id = await bought(world, life, method="pm_sepa_debit")
    assert await numbers(world.ledger) == []
    await world.ledger.payments.apply(payment_id, Captured(await reference(world, payment_id), 1999, "EUR"))
    await life.work()
    assert [event.amount.minor for event in await invoices(world.ledger)] == [1999]


async def test_held_money_is_invoiced_when_it_is_taken_and_only_what_is_taken(world: World, life: Life) -> None:
    """TAX-1, PAY-2: the document is what was paid, to the cent."""
    checkout_id = await billed(world, capture_method=CaptureMethod.MANUAL)
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    await life.work()
    assert await invoices(world.ledger) == []
    amount = Money(1200, "EUR")
    await world.ledger.holds.capture(payment_id, world.merchant, amount=amount, final=True, key="take", body={})
    await life.work()
    (invoice,) = await invoices(world.ledger)
    assert (invoice.amount, invoice.terms.charged.total.tax) == (amount, 200)


async def test_a_charge_of_somebody_who_is_away_is_invoiced_like_any_other(world: World, life: Life) -> None:
    """TAX-4: in the name that the purchase was billed to by which the card was kept, and with that customer's id."""
    order = await kept_by(world, life)
    await charged(world, order)
    await life.work()
    first, second = [event.terms for event in await invoices(world.ledger)]
    assert second.buyer == first.buyer == BILLING
    assert second.customer_id == first.customer_id == order.customer_id
    assert second.charged.total.gross == 4900


async def test_money_that_comes_when_nobody_waits_for_it_is_neither_invoiced_nor_credited(
    world: World, life: Life
) -> None:
    """PAY-6, CHK-6: it buys nothing, and goes back; what was bought stays invoiced as it is."""
    checkout_id = await billed(world)
    first = (await world.pay(checkout_id, key="first", method="pm_card_three_d_secure")).stream_id
    await life.work()
    await world.ledger.payments.apply(first, Declined("card_declined", "Your card was declined."))
    second = (await world.pay(checkout_id, key="second", method="pm_card_visa")).stream_id
    await life.work()
    await world.ledger.payments.apply(first, Captured(await reference(world, first), 1999, "EUR"))
    await life.work()
    assert (await world.ledger.payments.get(first)).late
    back = await refunded(world, first, 1999)
    await world.ledger.refunds.apply(back, RefundSucceeded("re_1", 1999, "EUR"))
    await life.work()
    (invoice,) = await invoices(world.ledger)
    assert invoice.terms.payment_id == second
    assert await credit_notes(world.ledger) == []


async def test_money_that_came_back_is_owed_until_the_next_refund_pays_it(world: World, life: Life) -> None:
    """PAY-5, PAY-7: one credit note for what was given back in two attempts."""
    checkout_id, payment_id = await bought(world, life)
    first = await refunded(world, payment_id, 500, "first")
    await life.work()
    for _ in range(2):
        await world.ledger.refunds.apply(first, RefundFailed("account_closed", "The account is closed."))
        await life.work()
    invoice = await invoice_of(world, checkout_id)
    assert invoice is not None
    assert (invoice.owed_minor, invoice.left_minor) == (500, 1499)
    await refunded(world, payment_id, 500, "second")
    await life.work()
    assert len(await credit_notes(world.ledger)) == 1
    facts = await recorded(world.ledger, "invoice.credited", "invoice.refund_failed", "invoice.credit_repaid")
    assert [type(fact).__name__ for fact in facts] == ["Credited", "RefundFailed", "CreditRepaid"]


async def test_a_refund_that_never_succeeded_is_no_matter_for_documents(world: World, life: Life) -> None:
    """PAY-5: nothing was credited, and nothing is owed."""
    _, payment_id = await bought(world, life)
    world.provider.refunds.refusing = 1
    refund_id = await refunded(world, payment_id, 500)
    await life.work()
    assert (await world.ledger.repository.get(Refund, refund_id)).came_to_nothing
    assert await recorded(world.ledger, "invoice.credited", "invoice.refund_failed") == []


async def test_for_a_merchant_who_does_not_invoice_no_work_is_made(world: World, life: Life) -> None:
    """And whoever begins to invoice does so from the next payment on."""
    silent = replace(world, merchant=await another_merchant(world))
    _, payment_id = await bought(silent, life)
    await refunded(silent, payment_id, 500)
    await life.work()
    assert await numbers(world.ledger) == []
    items = [*await life.waiting(), *await world.ledger.ports.work.listed(WorkState.DONE)]
    assert [item.consumer for item in items if item.consumer.startswith(("issue_", "owe_"))] == []
    await invoicing(silent)
    await bought(silent, life, "order-2")
    assert await numbers(world.ledger) == [1]


async def another_merchant(world: World) -> Principal:
    """Register a merchant who has said how it sells, and not how it invoices."""
    organizations = world.ledger.organizations
    organization_id = await organizations.register("Hats & Co")
    await organizations.connect(organization_id, ACCOUNT)
    merchant = await organizations.authenticate(await organizations.issue_key(organization_id, Mode.TEST, "till"))
    await world.ledger.rulebooks.describe_seller(organization_id, Mode.TEST, SELLER)
    await world.ledger.rulebooks.import_rules(organization_id, Mode.TEST, [FRENCH_RULE, GERMAN_RULE])
    return merchant
