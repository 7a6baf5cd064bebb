"""Invoices and credit notes as they are issued: when there is something to issue, once, and for what was paid."""

from datetime import date, timedelta

import pytest

from ledger.adapters.memory.vies import MemoryVies
from ledger.application.invoicing.invoices import Issuing
from ledger.application.provider import Authorized, Captured, RefundFailed, RefundSucceeded
from ledger.domain.charge import CaptureMethod
from ledger.domain.invoicing.document import Mention
from ledger.domain.money import Money
from ledger.domain.session import Line
from ledger.domain.tax.rate import ZERO, Rate
from ledger.domain.tax.rules import RuleTreatment, Scope, TaxRule
from tests.support.invoiced import (
    billed,
    credit_notes,
    invoice_of,
    invoices,
    invoicing,
    paid,
    payment_of,
    recorded,
    refunded,
)
from tests.support.invoicing_examples import BUYER, SEAT
from tests.support.taxed_examples import BILLING
from tests.support.world import World


@pytest.fixture(autouse=True)
async def _invoicing(world: World) -> None:
    await invoicing(world)


async def test_an_invoice_says_what_was_paid_to_whom_by_whom_and_when(world: World) -> None:
    """TAX-1, TAX-4, INV-11: at half past eleven in the evening, in Berlin it is tomorrow."""
    world.clock.set(world.clock.now().replace(hour=22, minute=45))
    checkout_id = await paid(world)
    world.clock.advance(minutes=45)
    assert await world.ledger.documents.invoices.issue(checkout_id) is Issuing.ISSUED
    invoice = await invoice_of(world, checkout_id)
    assert invoice is not None
    terms = invoice.terms
    assert (terms.supply_day, terms.issue_day) == (date(2026, 1, 1), date(2026, 1, 2))
    assert (terms.issuer.name, terms.issuer.address, terms.issuer.vat_number) == (
        "Ada's Cups GmbH",
        SEAT,
        "DE136695976",
    )
    assert terms.buyer == BUYER
    assert (terms.charged.total.gross, terms.charged.total.tax, terms.tax_country) == (1999, 333, "FR")
    assert [(line.name, line.quantity, line.rate.percent) for line in terms.charged.lines] == [
        ("Espresso cups", 1, "20")
    ]


async def test_asking_again_issues_nothing(world: World) -> None:
    """INV-2, CONS-1: and takes no number."""
    checkout_id = await paid(world)
    for _ in range(3):
        assert await world.ledger.documents.invoices.issue(checkout_id) is Issuing.ISSUED
    assert len(await recorded(world.ledger, "invoice.issued", "document_series.numbered")) == 2


async def test_a_payment_that_failed_takes_no_number(world: World) -> None:
    """INV-2: nothing is numbered before it is issued."""
    checkout_id = await billed(world)
    assert await world.ledger.documents.invoices.issue(checkout_id) is Issuing.NOTHING
    await world.pay(checkout_id)
    assert await world.ledger.documents.invoices.issue(checkout_id) is Issuing.NOTHING
    assert await recorded(world.ledger, "document_series.opened", "document_series.numbered") == []


async def test_part_of_what_was_held_is_invoiced_as_what_it_is(world: World) -> None:
    """TAX-1, PAY-2: 10.00 of 19.99, each line its share at its own rate, and the document is what was paid."""
    organization_id, mode = world.merchant.organization_id, world.merchant.mode
    book = TaxRule("txr_9", Scope("FR", product="book"), RuleTreatment.STANDARD, Rate.of("5.5"), date(2014, 1, 1))
    await world.ledger.rulebooks.import_rules(organization_id, mode, [book])
    lines = (Line("Cups", 2, Money(600, "EUR")), Line("Book", 1, Money(799, "EUR"), "book"))
    checkout_id = await billed(world, capture_method=CaptureMethod.MANUAL, lines=lines)
    payment_id = (await world.pay(checkout_id)).stream_id
    await world.ledger.payments.apply(payment_id, Authorized("pi_1", 1999, "EUR"))
    assert await world.ledger.documents.invoices.issue(checkout_id) is Issuing.NOTHING
    await world.ledger.payments.apply(payment_id, Captured("pi_1", 1000, "EUR"))
    assert await world.ledger.documents.invoices.issue(checkout_id) is Issuing.ISSUED
    (invoice,) = await invoices(world.ledger)
    charged = invoice.terms.charged
    assert [(line.name, line.quantity, line.gross) for line in charged.lines] == [("Cups", 2, 600), ("Book", 1, 400)]
    assert [(group.rate.percent, group.gross, group.tax) for group in charged.groups] == [
        ("20", 600, 100),
        ("5.5", 400, 21),
    ]


async def test_a_business_under_reverse_charge_is_told_so(world: World) -> None:
    """TAX-5: nothing of the price is tax, and the document says why."""
    await world.ledger.documents.invoices.issue(await paid(world, buyer=BILLING))
    (invoice,) = await invoices(world.ledger)
    assert invoice.terms.mentions == (Mention.REVERSE_CHARGE,)
    assert [(group.category, group.rate, group.tax) for group in invoice.terms.charged.groups] == [("AE", ZERO, 0)]
    assert (invoice.terms.buyer.vat_number, invoice.postings) == ("FR40303265045", ())


async def test_an_order_without_lines_is_one_line_under_the_merchants_reference(world: World) -> None:
    for number, reference in enumerate(("order-4711", None)):
        checkout_id = await paid(world, f"order-{number}", lines=(), merchant_reference=reference)
        await world.ledger.documents.invoices.issue(checkout_id)
    names = [event.terms.charged.lines[0].name for event in await invoices(world.ledger)]
    assert names == ["order-4711", "Order"]


async def test_what_was_never_taxed_is_never_invoiced(world: World) -> None:
    checkout_id = await world.opened(automatic_tax=False)
    payment_id = (await world.pay(checkout_id)).stream_id
    await world.ledger.payments.apply(payment_id, Captured("pi_1", 1999, "EUR"))
    assert await world.ledger.documents.invoices.may_follow(checkout_id) is False
    assert await world.ledger.documents.invoices.issue(checkout_id) is Issuing.NOTHING


async def test_a_doubtful_tax_holds_the_invoice_unless_it_is_issued_in_doubt(world: World) -> None:
    """VAT-5: and what the register says afterwards makes the invoice outdated, which no machine mends."""
    vies = world.ledger.ports.vies
    assert isinstance(vies, MemoryVies)
    vies.told["FR"] = "301"
    checkout_id = await paid(world, buyer=BILLING)
    assert await world.ledger.documents.invoices.issue(checkout_id) is Issuing.HELD
    assert await world.ledger.documents.invoices.issue(checkout_id, in_doubt=True) is Issuing.ISSUED
    vies.told.clear()
    world.clock.advance(minutes=6)
    check = await world.ledger.taxing.ask_again(await world.ledger.checkouts.get(checkout_id))
    assert check is not None
    await world.ledger.taxing.settle(checkout_id, check)
    assert await world.ledger.documents.invoices.issue(checkout_id) is Issuing.OUTDATED
    assert len(await invoices(world.ledger)) == 1


async def test_a_credit_note_names_its_invoice_and_takes_back_by_its_rate(world: World) -> None:
    """PAY-7, INV-5, TAX-6: and names the parties as the invoice does, whatever they are called since."""
    checkout_id = await paid(world)
    payment_id = await payment_of(world, checkout_id)
    await world.ledger.documents.invoices.issue(checkout_id)
    world.clock.set(world.clock.now() + timedelta(days=3))
    refund_id = await refunded(world, payment_id, 500)
    await world.ledger.documents.credit_notes.issue(refund_id)
    assert await credit_notes(world.ledger) == []
    await world.ledger.refunds.apply(refund_id, RefundSucceeded("re_1", 500, "EUR"))
    for _ in range(3):
        await world.ledger.documents.credit_notes.issue(refund_id)
    (note,) = await credit_notes(world.ledger)
    invoice = await invoice_of(world, checkout_id)
    assert invoice is not None
    terms = note.terms
    assert (terms.refund_id, str(terms.number), terms.issue_day) == (refund_id, "CN-000001", date(2026, 1, 4))
    assert (terms.invoice.invoice_id, str(terms.invoice.number), terms.invoice.issue_day) == (
        invoice.id,
        "INV-000001",
        date(2026, 1, 1),
    )
    assert (terms.issuer, terms.buyer) == (invoice.terms.issuer, invoice.terms.buyer)
    assert [(group.rate.percent, group.gross, group.tax) for group in terms.credit.groups] == [("20", 500, 83)]


async def test_a_refund_that_fails_after_its_credit_note_is_paid_by_the_next(world: World) -> None:
    """PAY-5, PAY-7: the credit note stands; the second refund of the same money needs none."""
    checkout_id = await paid(world)
    payment_id = await payment_of(world, checkout_id)
    documents = world.ledger.documents
    await documents.invoices.issue(checkout_id)
    for key in ("first", "second"):
        refund_id = await refunded(world, payment_id, 1999, key)
        await world.ledger.refunds.apply(refund_id, RefundSucceeded(f"re_{key}", 1999, "EUR"))
        await documents.credit_notes.issue(refund_id)
        if key == "first":
            await world.ledger.refunds.apply(refund_id, RefundFailed("account_closed", "The account is closed."))
            for _ in range(2):
                await documents.credit_notes.fail(refund_id)
    assert len(await credit_notes(world.ledger)) == 1
    invoice = await invoice_of(world, checkout_id)
    assert invoice is not None
    assert (invoice.owed_minor, invoice.left_minor) == (0, 0)


async def test_a_refund_without_an_invoice_credits_nothing_until_there_is_one(world: World) -> None:
    """PAY-7: whichever comes second has the credit note issued."""
    checkout_id = await paid(world)
    payment_id = await payment_of(world, checkout_id)
    documents = world.ledger.documents
    refund_id = await refunded(world, payment_id, 500)
    await world.ledger.refunds.apply(refund_id, RefundSucceeded("re_1", 500, "EUR"))
    await documents.credit_notes.issue(refund_id)
    await documents.credit_notes.fail(refund_id)
    assert await credit_notes(world.ledger) == []
    await documents.invoices.issue(checkout_id)
    invoice = await invoice_of(world, checkout_id)
    assert invoice is not None
    for _ in range(2):
        await documents.credit_notes.issue_all(invoice.id)
    assert len(await credit_notes(world.ledger)) == 1
