"""A checkout: which changes are accepted, ignored and refused in each state."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.domain.checkout import Checkout
from ledger.domain.journal import balanced
from ledger.domain.money import Money
from ledger.domain.session import (
    CheckoutComplete,
    CheckoutExpired,
    CheckoutNotOpen,
    CheckoutProcessing,
    ExpiryOutOfRange,
    PaymentStatus,
    Status,
)
from tests.support.examples import CHECKOUT, NOW, OTHER_PAYMENT, PAYMENT, PRICE, REQUEST, TERMS, checkout
from tests.support.spec import Spec

END = TERMS.expires_at
SECOND = timedelta(seconds=1)


@pytest.fixture
def opened() -> Spec[Checkout]:
    return Spec(checkout())


@pytest.fixture
def processing(opened: Spec[Checkout]) -> Spec[Checkout]:
    return opened.given(lambda c: c.start(PAYMENT, now=NOW))


@pytest.fixture
def complete(processing: Spec[Checkout]) -> Spec[Checkout]:
    return processing.given(lambda c: c.complete(PAYMENT, PaymentStatus.PAID))


@pytest.mark.parametrize("stay", [timedelta(minutes=30), timedelta(hours=24)])
def test_a_checkout_stays_open_for_half_an_hour_to_a_day(stay: timedelta) -> None:
    """CHK-1."""
    opened = Checkout.open(CHECKOUT, replace(TERMS, expires_at=NOW + stay), REQUEST, now=NOW)
    assert opened.status is Status.OPEN


@pytest.mark.parametrize("stay", [timedelta(minutes=30) - SECOND, timedelta(hours=24) + SECOND, -SECOND])
def test_no_shorter_and_no_longer(stay: timedelta) -> None:
    """CHK-1."""
    with pytest.raises(ExpiryOutOfRange):
        Checkout.open(CHECKOUT, replace(TERMS, expires_at=NOW + stay), REQUEST, now=NOW)


def test_what_costs_nothing_is_complete_at_once() -> None:
    free = checkout(replace(TERMS, amount=Money(0, "EUR"), lines=()))
    assert (free.status, free.payment_status) == (Status.COMPLETE, PaymentStatus.NO_PAYMENT_REQUIRED)


def test_paying_makes_it_processing(opened: Spec[Checkout]) -> None:
    opened.when(lambda c: c.start(PAYMENT, now=NOW)).then("checkout.processing")


def test_hearing_of_the_same_payment_twice_changes_nothing(processing: Spec[Checkout]) -> None:
    """CHK-7."""
    processing.when(lambda c: c.start(PAYMENT, now=NOW)).then_nothing()


def test_a_second_tab_cannot_pay_while_the_first_is_paying(processing: Spec[Checkout]) -> None:
    """CHK-7."""
    processing.refuses(CheckoutProcessing, lambda c: c.start(OTHER_PAYMENT, now=NOW))


def test_a_complete_checkout_cannot_be_paid_again(complete: Spec[Checkout]) -> None:
    """CHK-7, IDEM-8."""
    complete.refuses(CheckoutComplete, lambda c: c.start(OTHER_PAYMENT, now=NOW))


def test_expiry_is_exact_to_the_second_before_anyone_recorded_it(opened: Spec[Checkout]) -> None:
    """CHK-5."""
    assert opened.aggregate.status_at(END - SECOND) is Status.OPEN
    assert opened.aggregate.status_at(END) is Status.EXPIRED
    opened.refuses(CheckoutExpired, lambda c: c.start(PAYMENT, now=END))
    opened.refuses(CheckoutExpired, lambda c: c.cancel(now=END))


def test_expiring_when_the_time_is_up(opened: Spec[Checkout]) -> None:
    opened.when(lambda c: c.expire(now=END - SECOND)).then_nothing()
    opened.when(lambda c: c.expire(now=END)).then("checkout.expired")


def test_a_merchant_may_expire_early_and_twice(opened: Spec[Checkout]) -> None:
    """CHK-2."""
    opened.when(lambda c: c.expire(now=NOW, early=True)).then("checkout.expired")
    opened.when(lambda c: c.expire(now=NOW, early=True)).then_nothing()


def test_what_is_complete_or_processing_does_not_expire(complete: Spec[Checkout]) -> None:
    """CHK-2."""
    complete.refuses(CheckoutComplete, lambda c: c.expire(now=END))
    Spec(checkout()).given(lambda c: c.start(PAYMENT, now=NOW)).refuses(
        CheckoutProcessing, lambda c: c.expire(now=END)
    )


def test_cancelling_twice_is_harmless_and_then_it_is_not_open(opened: Spec[Checkout]) -> None:
    """CHK-2."""
    opened.when(lambda c: c.cancel(now=NOW)).then("checkout.cancelled")
    opened.when(lambda c: c.cancel(now=NOW)).then_nothing()
    opened.refuses(CheckoutNotOpen, lambda c: c.start(PAYMENT, now=NOW))


def test_a_payment_that_came_to_nothing_reopens(processing: Spec[Checkout]) -> None:
    processing.when(lambda c: c.reopen(OTHER_PAYMENT, "late news")).then_nothing()
    processing.when(lambda c: c.reopen(PAYMENT, "card_declined")).then("checkout.reopened")
    processing.when(lambda c: c.reopen(PAYMENT, "card_declined")).then_nothing()
    processing.when(lambda c: c.start(OTHER_PAYMENT, now=NOW)).then("checkout.processing")


def test_completing_books_what_was_sold(processing: Spec[Checkout]) -> None:
    processing.when(lambda c: c.complete(PAYMENT, PaymentStatus.PAID))
    (completed,) = processing.then("checkout.completed")
    assert isinstance(completed, Checkout.Completed)
    assert balanced(completed.postings)
    assert completed.amount == PRICE
    assert processing.aggregate.payment_status is PaymentStatus.PAID


def test_the_same_settlement_again_is_a_no_op(complete: Spec[Checkout]) -> None:
    """CONS-7."""
    assert complete.aggregate.complete(PAYMENT, PaymentStatus.PAID) is True
    complete.then_nothing()


def test_slow_money_completes_unpaid_and_arrives_later(processing: Spec[Checkout]) -> None:
    """CHK-4."""
    processing.when(lambda c: c.complete(PAYMENT, PaymentStatus.UNPAID)).then("checkout.completed")
    assert processing.aggregate.payment_status == "unpaid"
    processing.when(lambda c: c.complete(PAYMENT, PaymentStatus.UNPAID)).then_nothing()
    processing.when(lambda c: c.complete(PAYMENT, PaymentStatus.PAID)).then("checkout.async_succeeded")
    assert processing.aggregate.payment_status is PaymentStatus.PAID


def test_slow_money_may_also_fail(processing: Spec[Checkout]) -> None:
    """CHK-4."""
    processing.given(lambda c: c.complete(PAYMENT, PaymentStatus.UNPAID))
    processing.when(lambda c: c.reopen(PAYMENT, "insufficient_funds")).then("checkout.async_failed")
    assert processing.aggregate.status is Status.COMPLETE


def test_money_of_the_payment_that_seemed_lost_still_completes_an_open_checkout(
    processing: Spec[Checkout],
) -> None:
    """CONS-8."""
    processing.given(lambda c: c.reopen(PAYMENT, "gave_up"))
    assert processing.aggregate.complete(PAYMENT, PaymentStatus.PAID) is True
    processing.then("checkout.completed")


def test_money_for_a_checkout_that_ended_is_not_taken_for_it(processing: Spec[Checkout]) -> None:
    """CHK-6."""
    processing.given(lambda c: c.reopen(PAYMENT, "gave_up"), lambda c: c.expire(now=END))
    assert processing.aggregate.complete(PAYMENT, PaymentStatus.PAID) is False
    processing.then_nothing()


def test_money_of_a_second_payment_is_not_taken_for_a_paid_checkout(complete: Spec[Checkout]) -> None:
    assert complete.aggregate.complete(OTHER_PAYMENT, PaymentStatus.PAID) is False
    complete.then_nothing()


def test_news_of_failure_never_downgrades_a_paid_checkout(complete: Spec[Checkout]) -> None:
    """CONS-8."""
    complete.when(lambda c: c.reopen(PAYMENT, "late failure")).then_nothing()
    assert complete.aggregate.payment_status is PaymentStatus.PAID


def test_what_was_agreed_cannot_change_once_it_is_processing(processing: Spec[Checkout]) -> None:
    """CHK-11."""
    with pytest.raises(AttributeError):
        processing.aggregate.terms.amount = Money(1, "EUR")  # type: ignore[misc]
