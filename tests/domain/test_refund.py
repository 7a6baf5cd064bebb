"""Refunds: within what was captured, in balance, and never downgraded without a reversal."""

from uuid import UUID

import pytest

from ledger.domain.journal import balanced
from ledger.domain.money import AmountOutOfRange, Money
from ledger.domain.payment import Payment
from ledger.domain.refund import Refund
from ledger.domain.refunding import (
    MOST_REFUNDS,
    PaymentNotCaptured,
    RefundCurrencyDiffers,
    RefundExceedsCaptured,
    RefundsTooMany,
)
from tests.support.examples import PRICE, REFUND, REFUND_TERMS, payment, refund
from tests.support.spec import Spec

FIVE = REFUND_TERMS.amount


@pytest.fixture
def captured() -> Spec[Payment]:
    return Spec(payment()).given(lambda it: it.open("pi_1"), lambda it: it.capture("pi_1", PRICE))


@pytest.fixture
def spec() -> Spec[Refund]:
    return Spec(refund())


def test_what_was_not_captured_cannot_be_refunded() -> None:
    Spec(payment()).refuses(PaymentNotCaptured, lambda it: it.reserve_refund(REFUND, None))


def test_exactly_what_is_left_can_be_refunded_and_not_a_unit_more(captured: Spec[Payment]) -> None:
    """PAY-4."""
    captured.given(lambda it: it.reserve_refund(REFUND, FIVE))
    captured.refuses(RefundExceedsCaptured, lambda it: it.reserve_refund(UUID(int=1), Money(1500, "EUR")))
    captured.when(lambda it: it.reserve_refund(UUID(int=1), Money(1499, "EUR"))).then("payment.refund_reserved")
    captured.refuses(RefundExceedsCaptured, lambda it: it.reserve_refund(UUID(int=2), None))


def test_what_came_to_nothing_can_be_refunded_again(captured: Spec[Payment]) -> None:
    """PAY-5."""
    captured.given(lambda it: it.reserve_refund(REFUND, None))
    captured.when(lambda it: it.release_refund(REFUND)).then("payment.refund_released")
    captured.when(lambda it: it.release_refund(REFUND)).then_nothing()
    assert captured.aggregate.reserve_refund(UUID(int=1), None) == PRICE


def test_a_refund_has_the_payments_currency_some_amount_and_a_limited_number_of_kin(captured: Spec[Payment]) -> None:
    """PAY-9."""
    captured.refuses(RefundCurrencyDiffers, lambda it: it.reserve_refund(REFUND, Money(1, "JPY")))
    captured.refuses(AmountOutOfRange, lambda it: it.reserve_refund(REFUND, Money(0, "EUR")))
    for number in range(MOST_REFUNDS):
        captured.aggregate.reserve_refund(UUID(int=number), Money(1, "EUR"))
    captured.given()
    captured.refuses(RefundsTooMany, lambda it: it.reserve_refund(REFUND, Money(1, "EUR")))


def test_a_success_is_booked_in_balance_and_once(spec: Spec[Refund]) -> None:
    """EVT-11, CONS-1."""
    (succeeded,) = spec.when(lambda it: it.succeed("re_1", FIVE)).then("refund.succeeded")
    assert balanced(succeeded.postings)  # type: ignore[attr-defined]
    assert [one.minor for one in succeeded.postings] == [500, -500]  # type: ignore[attr-defined]
    spec.when(lambda it: it.succeed("re_1", FIVE)).then_nothing()
    spec.when(lambda it: it.open("re_1")).then_nothing()
    spec.when(lambda it: it.lose_sight("lost")).then_nothing()


def test_a_failure_after_success_is_booked_back(spec: Spec[Refund]) -> None:
    """PAY-5, EVT-11."""
    (succeeded,) = spec.when(lambda it: it.succeed("re_1", FIVE)).then("refund.succeeded")
    (failed,) = spec.when(lambda it: it.fail("lost_card", "It came back.")).then("refund.failed")
    booked = (*succeeded.postings, *failed.postings)  # type: ignore[attr-defined]
    assert {
        one.account: sum(it.minor for it in booked if it.account == one.account) for one in booked
    } == dict.fromkeys((one.account for one in booked), 0)
    spec.when(lambda it: it.fail("lost_card", "It came back.")).then_nothing()
    spec.when(lambda it: it.cancel()).then_nothing()
    spec.when(lambda it: it.succeed("re_1", FIVE)).then_nothing()


def test_a_failure_before_any_success_books_nothing(spec: Spec[Refund]) -> None:
    """PAY-5."""
    (failed,) = spec.when(lambda it: it.fail("refused", "No.")).then("refund.failed")
    assert failed.postings == ()  # type: ignore[attr-defined]


def test_another_amount_than_was_asked_for_is_no_success(spec: Spec[Refund]) -> None:
    spec.when(lambda it: it.succeed("re_1", Money(1, "EUR"))).then("refund.mismatched")
    spec.when(lambda it: it.succeed("re_1", Money(1, "EUR"))).then_nothing()
    spec.when(lambda it: it.lose_sight("lost")).then_nothing()
