"""The tax of a checkout: set and changed, frozen by a payment, renewed for its day, and settled when in doubt."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from ledger.domain.checkout import Checkout
from ledger.domain.checkout_tax import MOST_BILLINGS
from ledger.domain.session import CheckoutExpired, CheckoutProcessing
from ledger.domain.tax.billing import Billing, BillingChangedTooOften, BillingMissing, TaxNotAutomatic
from ledger.domain.tax.taxed import Taxed
from ledger.domain.tax.treatment import NumberState, Treatment
from ledger.domain.values import Personal
from tests.support.examples import NOW, PAYMENT, TERMS, checkout
from tests.support.spec import Spec
from tests.support.taxed_examples import BILLING, TAXED_TERMS, TODAY, taxed

VALID, INVALID, UNKNOWN = NumberState.VALID, NumberState.INVALID, NumberState.UNKNOWN


def opened() -> Spec[Checkout]:
    return Spec(checkout(TAXED_TERMS))


def set_to(billing: Billing, tax: Taxed) -> Spec[Checkout]:
    return opened().given(lambda it: it.set_billing(billing, tax, now=NOW))


def named(number: int) -> Billing:
    return replace(BILLING, name=Personal(f"Atelier no. {number}"))


def test_the_billing_is_set_and_may_change() -> None:
    """TAX-4: the decision is in the event."""
    spec = opened().when(lambda it: it.set_billing(BILLING, taxed(VALID), now=NOW))
    (fact,) = spec.then("checkout.billing_set")
    assert isinstance(fact, Checkout.BillingSet)
    assert (fact.billing, fact.taxed) == (BILLING, taxed(VALID))
    spec.when(lambda it: it.set_billing(named(2), taxed(VALID), now=NOW)).then("checkout.billing_set")


def test_the_same_billing_again_is_nothing_new() -> None:
    set_to(BILLING, taxed(VALID)).when(lambda it: it.set_billing(BILLING, taxed(VALID), now=NOW)).then_nothing()


def test_what_is_known_of_the_number_may_change_while_the_address_does_not() -> None:
    """VAT-5: whoever says the same again once the register answers is taxed by what it says."""
    spec = set_to(BILLING, taxed(UNKNOWN))
    spec.when(lambda it: it.set_billing(BILLING, taxed(VALID), now=NOW)).then("checkout.billing_set")


def test_a_billing_changes_only_so_often_and_saying_the_same_is_no_change() -> None:
    """Nobody makes a stream grow without end; what was set last stays, and can be paid."""
    spec = opened()
    for number in range(MOST_BILLINGS):
        spec.given(partial(Checkout.set_billing, billing=named(number), taxed=taxed(VALID), now=NOW))
    spec.refuses(BillingChangedTooOften, lambda it: it.set_billing(BILLING, taxed(VALID), now=NOW))
    spec.when(lambda it: it.set_billing(named(MOST_BILLINGS - 1), taxed(VALID), now=NOW)).then_nothing()
    spec.when(lambda it: it.start(PAYMENT, now=NOW)).then("checkout.processing")


def test_nothing_is_set_where_the_merchant_takes_care_of_the_tax() -> None:
    spec = Spec(checkout(TERMS))
    spec.refuses(TaxNotAutomatic, lambda it: it.set_billing(BILLING, taxed(VALID), now=NOW))
    assert not spec.aggregate.needs_billing


def test_a_payment_comes_after_the_address_and_freezes_it() -> None:
    """TAX-4: nothing changes under a payment."""
    spec = opened()
    spec.refuses(BillingMissing, lambda it: it.start(PAYMENT, now=NOW))
    spec.given(lambda it: it.set_billing(BILLING, taxed(VALID), now=NOW), lambda it: it.start(PAYMENT, now=NOW))
    spec.refuses(CheckoutProcessing, lambda it: it.set_billing(named(2), taxed(VALID), now=NOW))


def test_an_expired_checkout_takes_no_address() -> None:
    late = TAXED_TERMS.expires_at
    opened().refuses(CheckoutExpired, lambda it: it.set_billing(BILLING, taxed(VALID), now=late))


def test_the_tax_of_another_day_is_recorded_and_the_same_tax_is_not() -> None:
    """TAX-4: the rate is that of the tax point."""
    spec = set_to(BILLING, taxed(UNKNOWN))
    spec.when(lambda it: it.renew_tax(taxed(UNKNOWN))).then_nothing()
    spec.when(lambda it: it.renew_tax(taxed(UNKNOWN, day=TODAY + timedelta(days=1)))).then("checkout.tax_renewed")


@pytest.mark.parametrize(
    ("before", "after", "topic", "treatment"),
    [
        (taxed(UNKNOWN), VALID, "checkout.tax_corrected", Treatment.REVERSE_CHARGE),
        (taxed(UNKNOWN), INVALID, "checkout.tax_confirmed", Treatment.DESTINATION),
        (taxed(VALID, is_stale=True), VALID, "checkout.tax_confirmed", Treatment.REVERSE_CHARGE),
        (taxed(VALID, is_stale=True), INVALID, "checkout.tax_corrected", Treatment.DESTINATION),
    ],
)
def test_a_doubt_is_settled_once_downwards_or_upwards(
    before: Taxed, after: NumberState, topic: str, treatment: Treatment
) -> None:
    """VAT-5: the price stays; tax that was charged goes, tax that was not is due, or what was said was right."""
    spec = set_to(BILLING, before)
    (fact,) = spec.when(lambda it: it.settle_doubt(taxed(after))).then(topic)
    assert isinstance(fact, (Checkout.TaxCorrected, Checkout.TaxConfirmed))
    assert fact.taxed.decisions[0].decision.treatment is treatment
    assert fact.taxed.total.gross == before.total.gross
    spec.when(lambda it: it.settle_doubt(taxed(after))).then_nothing()


def test_an_answer_about_another_number_settles_nothing() -> None:
    """VAT-5: the customer may have given another one since the register was asked."""
    answered = taxed(VALID)
    assert answered.basis.number is not None
    other = replace(answered.basis, number=replace(answered.basis.number, number="FR83404833048"))
    spec = set_to(BILLING, taxed(UNKNOWN))
    spec.when(lambda it: it.settle_doubt(replace(answered, basis=other))).then_nothing()
