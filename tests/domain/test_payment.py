"""A payment: how it comes to its outcome, and that it never goes back."""

from collections.abc import Callable

import pytest

from ledger.domain.charge import PaymentStatus
from ledger.domain.journal import balanced
from ledger.domain.money import Money
from ledger.domain.payment import Payment
from tests.support.examples import PRICE, payment
from tests.support.spec import Spec

Command = Callable[[Payment], object]


@pytest.fixture
def spec() -> Spec[Payment]:
    return Spec(payment())


@pytest.fixture
def confirming(spec: Spec[Payment]) -> Spec[Payment]:
    return spec.given(lambda p: p.open("pi_1"), lambda p: p.request_confirmation())


def test_opening_is_recorded_once(spec: Spec[Payment]) -> None:
    """CONS-1."""
    spec.when(lambda p: p.open("pi_1")).then("payment.opened")
    spec.when(lambda p: p.open("pi_1")).then_nothing()


def test_a_second_intent_under_one_key_is_a_bug(spec: Spec[Payment]) -> None:
    spec.given(lambda p: p.open("pi_1"))
    with pytest.raises(AssertionError):
        spec.aggregate.open("pi_2")


def test_the_intent_to_charge_is_recorded_once(spec: Spec[Payment]) -> None:
    spec.given(lambda p: p.open("pi_1")).when(lambda p: p.request_confirmation()).then("payment.confirm_requested")
    spec.when(lambda p: p.request_confirmation()).then_nothing()


def test_capturing_books_the_money(confirming: Spec[Payment]) -> None:
    confirming.when(lambda p: p.capture("pi_1", PRICE))
    (captured,) = confirming.then("payment.captured")
    assert isinstance(captured, Payment.Captured)
    assert balanced(captured.postings)
    assert [posting.minor for posting in captured.postings] == [1999, -1999]


def test_hearing_of_the_same_capture_twice_changes_nothing(confirming: Spec[Payment]) -> None:
    """CONS-1, CONS-7."""
    confirming.given(lambda p: p.capture("pi_1", PRICE))
    confirming.when(lambda p: p.capture("pi_1", PRICE)).then_nothing()


@pytest.mark.parametrize("reported", [Money(1, "EUR"), Money(1999, "USD")])
def test_another_amount_is_no_success(confirming: Spec[Payment], reported: Money) -> None:
    assert confirming.aggregate.capture("pi_1", reported) is False
    confirming.then("payment.mismatched")
    confirming.when(lambda p: p.capture("pi_1", reported)).then_nothing()
    assert not confirming.aggregate.settled


NEWS: list[tuple[Command, str, PaymentStatus]] = [
    (lambda p: p.require_action("three_d_secure"), "payment.action_required", PaymentStatus.ACTION_REQUIRED),
    (lambda p: p.await_provider(), "payment.pending", PaymentStatus.PENDING),
    (lambda p: p.lose_sight("timeout"), "payment.outcome_unknown", PaymentStatus.UNKNOWN),
    (lambda p: p.fail("card_declined", "No."), "payment.failed", PaymentStatus.FAILED),
    (lambda p: p.cancel("provider"), "payment.cancelled", PaymentStatus.CANCELLED),
]


@pytest.mark.parametrize(("command", "topic", "status"), NEWS)
def test_news_is_recorded_once(
    confirming: Spec[Payment], command: Command, topic: str, status: PaymentStatus
) -> None:
    """CONS-1."""
    confirming.when(command).then(topic)
    assert confirming.aggregate.status is status
    confirming.when(command).then_nothing()


@pytest.mark.parametrize("command", [*[news[0] for news in NEWS], lambda p: p.request_confirmation()])
def test_a_success_is_never_downgraded(confirming: Spec[Payment], command: Command) -> None:
    """CONS-8."""
    confirming.given(lambda p: p.capture("pi_1", PRICE)).when(command).then_nothing()
    assert confirming.aggregate.status is PaymentStatus.CAPTURED


@pytest.mark.parametrize("command", [news[0] for news in NEWS])
def test_money_that_came_after_all_is_recorded(confirming: Spec[Payment], command: Command) -> None:
    """CHK-6."""
    confirming.given(command).when(lambda p: p.capture("pi_1", PRICE)).then("payment.captured")
    assert confirming.aggregate.failure is None


def test_what_a_bank_has_in_hand_does_not_wait_for_its_customer_again() -> None:
    """IPN-11: an old notification, or an old answer, may say so; outcomes go forward only."""
    pending = payment()
    pending.await_provider()
    pending.require_action("three_d_secure")
    assert pending.status is PaymentStatus.PENDING


def test_late_money_is_flagged_once(confirming: Spec[Payment]) -> None:
    """CHK-6."""
    confirming.given(lambda p: p.capture("pi_1", PRICE))
    confirming.when(lambda p: p.flag_late("expired")).then("payment.late")
    confirming.when(lambda p: p.flag_late("expired")).then_nothing()


def test_the_keys_for_the_provider_never_change(spec: Spec[Payment]) -> None:
    """IDEM-11."""
    keys = {spec.aggregate.open_key, spec.aggregate.confirm_key, spec.aggregate.cancel_key}
    assert len(keys) == 3
    assert keys == {payment().open_key, payment().confirm_key, payment().cancel_key}
