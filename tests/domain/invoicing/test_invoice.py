"""An invoice: its tax is booked, its credits are held, and money that comes back is owed until it is given again."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.aggregate import event_classes
from ledger.domain.invoicing.document import Mention
from ledger.domain.invoicing.invoice import Invoice
from ledger.domain.journal import Posting, balanced
from ledger.domain.tax.credit import CreditExceedsCharged
from ledger.domain.tax.extraction import TaxedLine
from ledger.domain.tax.rate import ZERO
from tests.support.examples import ORGANIZATION, REFUND
from tests.support.invoicing_examples import (
    CREDIT_NOTE,
    CREDIT_NUMBER,
    OTHER_REFUND,
    charged,
    credit_note,
    documents,
    invoice,
)
from tests.support.spec import Spec


@pytest.fixture
def issued() -> Spec[Invoice]:
    return Spec(invoice())


def given_back(it: Invoice, refund_id: UUID, minor: int) -> int:
    """Heed a refund as it is heeded, and return how much of it was credited."""
    rest = it.repay(refund_id, minor)
    if rest:
        it.credit(refund_id, rest, credit_note_id=CREDIT_NOTE, number=CREDIT_NUMBER)
    return rest


def test_the_tax_in_what_was_earned_is_booked_as_owed() -> None:
    """EVT-11: 2.00 of the 12.00 at 20 %, and 0.42 of the 7.99 at 5.5 %; of the exempt 1.00 nothing."""
    (event,) = invoice().collect_events()
    assert isinstance(event, Invoice.Issued)
    assert event.amount.minor == 2099 == event.terms.charged.total.gross
    assert event.postings == (Posting(f"revenue:{ORGANIZATION.hex}", 242), Posting("tax:FR:payable", -242))
    assert event.terms.mentions == (Mention.EXEMPT,)


def test_an_invoice_without_tax_books_nothing() -> None:
    """EVT-11, TAX-5: under reverse charge all of the price is net."""
    (event,) = invoice(charged((TaxedLine(1999, "AE", ZERO),))).collect_events()
    assert isinstance(event, Invoice.Issued)
    assert (event.postings, event.terms.mentions) == ((), (Mention.REVERSE_CHARGE,))


def test_a_credit_note_takes_the_tax_back() -> None:
    """EVT-11: once everything is credited, nothing is owed to the tax office any more."""
    it = invoice()
    credit = it.credit(REFUND, 2099, credit_note_id=CREDIT_NOTE, number=CREDIT_NUMBER)
    (event,) = credit_note(credit).collect_events()
    assert event.postings == (Posting("tax:FR:payable", 242), Posting(f"refunds:{ORGANIZATION.hex}", -242))  # type: ignore[attr-defined]


def test_every_document_that_moves_money_is_balanced() -> None:
    """EVT-11."""
    events = [event for each in documents() for event in each.collect_events()]
    assert all(balanced(getattr(event, "postings", ())) for event in events)


def test_credits_never_exceed_the_invoice(issued: Spec[Invoice]) -> None:
    """PAY-7, TAX-6."""
    issued.given(lambda it: given_back(it, REFUND, 2000))
    issued.refuses(
        CreditExceedsCharged,
        lambda it: it.credit(OTHER_REFUND, 100, credit_note_id=CREDIT_NOTE, number=CREDIT_NUMBER),
    )
    assert issued.aggregate.left_minor == 99


def test_what_a_provider_gave_back_beyond_the_invoice_is_not_credited(issued: Spec[Invoice]) -> None:
    """PAY-7: a refund of the provider's own desk may exceed what was paid; the invoice does not."""
    issued.when(lambda it: given_back(it, REFUND, 5000)).then("invoice.credited")
    assert issued.aggregate.left_minor == 0


def test_money_that_came_back_is_owed_and_paid_by_the_next_refund_without_a_second_credit(
    issued: Spec[Invoice],
) -> None:
    """PAY-5, PAY-7: the credit note stands, since the customer's claim does."""
    issued.given(lambda it: given_back(it, REFUND, 500))
    issued.when(lambda it: it.fail_refund(REFUND)).then("invoice.refund_failed")
    issued.when(lambda it: it.fail_refund(REFUND)).then_nothing()
    assert issued.aggregate.owed_minor == 500
    issued.when(lambda it: given_back(it, OTHER_REFUND, 700)).then("invoice.credit_repaid", "invoice.credited")
    assert (issued.aggregate.owed_minor, issued.aggregate.left_minor) == (0, 2099 - 700)


def test_a_refund_that_failed_before_it_was_credited_never_is(issued: Spec[Invoice]) -> None:
    """PAY-7: whichever is heard of first."""
    issued.given(lambda it: it.fail_refund(REFUND))
    assert issued.aggregate.heeds(REFUND)
    assert issued.aggregate.owed_minor == 0


@given(st.lists(st.tuples(st.integers(1, 900), st.booleans()), max_size=12))
def test_credit_notes_come_to_what_was_given_back_and_is_still_owed(refunds: list[tuple[int, bool]]) -> None:
    """PAY-5, PAY-7: whatever fails on the way, as long as no more is given back than there is."""
    it, arrived = invoice(), 0
    for number, (minor, fails) in enumerate(refunds, 1):
        if arrived + minor > it.amount.minor:
            break
        given_back(it, UUID(int=number), minor)
        if fails:
            it.fail_refund(UUID(int=number))
        else:
            arrived += minor
        assert it.amount.minor - it.left_minor == arrived + it.owed_minor


def test_no_event_changes_what_an_invoice_says() -> None:
    """INV-8, as to amounts: there is no correction but a credit. Texts are not corrected at all so far."""
    topics = {kind.TOPIC for kind in event_classes(Invoice)}
    assert topics == {"invoice.issued", "invoice.credited", "invoice.credit_repaid", "invoice.refund_failed"}
    it = invoice()
    before = it.terms
    given_back(it, REFUND, 500)
    it.fail_refund(REFUND)
    assert it.terms == before
