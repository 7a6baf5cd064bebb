"""Money that is held: taken in parts, let go of, and never more of it than there is."""

import pytest

from ledger.domain.capturing import (
    MOST_CAPTURES,
    CaptureCurrencyDiffers,
    CaptureExceedsAuthorized,
    CapturesTooMany,
    PaymentNotAuthorized,
    PaymentNotCancellable,
    PaymentProcessing,
)
from ledger.domain.charge import PaymentStatus
from ledger.domain.journal import Posting, balanced
from ledger.domain.money import AmountOutOfRange, Money
from ledger.domain.payment import Payment
from ledger.domain.refunding import RefundExceedsCaptured
from ledger.domain.values import Request
from tests.support.examples import HELD_CHARGE, PRICE, REFUND, REQUEST, payment


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def held() -> Payment:
    it = payment(HELD_CHARGE)
    it.open("pi_1")
    it.request_confirmation()
    assert it.authorize("pi_1", PRICE)
    return it


def test_a_part_that_is_final_releases_the_rest() -> None:
    """PAY-2: what was not taken is the customer's again, and only what was taken can be refunded."""
    it = held()
    it.request_capture(euros(1500), final=True, request=REQUEST)
    assert it.status is PaymentStatus.CAPTURING
    assert it.capture("pi_1", euros(1500))
    assert (it.status, it.captured, it.capturable) == (PaymentStatus.CAPTURED, euros(1500), euros(0))
    with pytest.raises(RefundExceedsCaptured):
        it.reserve_refund(REFUND, euros(1501))
    assert it.reserve_refund(REFUND, None) == euros(1500)


def test_several_parts_add_up_and_each_is_booked() -> None:
    """PAY-2: the provider says what it took altogether, and the books get what is new."""
    it = held()
    for taken, is_all in ((500, False), (1200, False), (1999, True)):
        it.request_capture(euros(taken - it.captured.minor), final=is_all, request=REQUEST)
        assert it.capture("pi_1", euros(taken), is_all=is_all, credit="revenue:1")
    postings = [event.postings for event in it.collect_events() if hasattr(event, "postings")]
    assert all(balanced(each) for each in postings)
    assert [each[1] for each in postings] == [Posting("revenue:1", -minor) for minor in (500, 700, 799)]


def test_the_same_word_again_changes_nothing() -> None:
    it = held()
    it.request_capture(euros(500), final=False, request=REQUEST)
    it.capture("pi_1", euros(500), is_all=False)
    it.collect_events()
    it.capture("pi_1", euros(500), is_all=False)
    it.authorize("pi_1", PRICE)
    it.await_provider()
    it.require_action("three_d_secure")
    assert list(it.collect_events()) == []


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (euros(2000), CaptureExceedsAuthorized),
        (euros(0), AmountOutOfRange),
        (euros(-1), AmountOutOfRange),
        (Money(100, "USD"), CaptureCurrencyDiffers),
    ],
)
def test_what_cannot_be_taken_is_refused(wanted: Money, refusal: type[Exception]) -> None:
    """PAY-2: amount at most what is capturable, in its currency; nothing is recorded."""
    it = held()
    it.collect_events()
    with pytest.raises(refusal):
        it.request_capture(wanted, final=True, request=REQUEST)
    assert list(it.collect_events()) == []


def test_one_capture_at_a_time() -> None:
    """PAY-2: while the provider is asked, nobody can ask for more, and nobody can call it off."""
    it = held()
    it.request_capture(euros(500), final=False, request=REQUEST)
    with pytest.raises(PaymentProcessing):
        it.request_capture(euros(500), final=False, request=REQUEST)
    with pytest.raises(PaymentProcessing):
        it.request_cancel(REQUEST)


def test_a_capture_that_is_refused_leaves_the_money_held() -> None:
    it = held()
    it.request_capture(euros(500), final=True, request=REQUEST)
    it.refuse_capture(1, "provider_refused", "no")
    it.refuse_capture(1, "provider_refused", "no")
    assert (it.status, it.capturable) == (PaymentStatus.AUTHORIZED, PRICE)
    it.request_capture(None, final=True, request=REQUEST)
    assert it.captures.order is not None
    assert it.captures.order.number == 2


def test_captures_come_to_an_end() -> None:
    it = held()
    for number in range(MOST_CAPTURES):
        it.request_capture(euros(1), final=False, request=Request(f"key-{number}", ()))
        it.refuse_capture(number + 1, "provider_refused", "no")
    with pytest.raises(CapturesTooMany):
        it.request_capture(euros(1), final=False, request=REQUEST)


@pytest.mark.parametrize("taken", [euros(2000), Money(1999, "USD")])
def test_a_provider_that_took_something_else_is_no_success(taken: Money) -> None:
    it = held()
    it.request_capture(None, final=True, request=REQUEST)
    assert not it.capture("pi_1", taken)
    assert (it.status, it.reported) == (PaymentStatus.CAPTURING, taken)


def test_only_what_is_held_is_captured() -> None:
    """PAY-2: capture only from `authorized`."""
    with pytest.raises(PaymentNotAuthorized):
        payment(HELD_CHARGE).request_capture(None, final=True, request=REQUEST)


def test_what_is_held_asked_about_or_unknown_can_be_called_off() -> None:
    """PAY-2: cancel from every state but what a provider has in hand, and what is final."""
    asked, unknown = payment(), payment()
    asked.require_action("three_d_secure")
    unknown.lose_sight("provider_unreachable")
    for it in (held(), asked, unknown):
        it.request_cancel(REQUEST)
        it.cancel("merchant")
        assert it.status is PaymentStatus.CANCELLED
        with pytest.raises(PaymentNotCancellable):
            it.request_cancel(REQUEST)


def test_what_a_provider_has_in_hand_cannot_be_called_off() -> None:
    """PAY-2: not while it is processing."""
    asked, pending = payment(), payment()
    asked.open("pi_1")
    pending.await_provider()
    for it in (asked, pending):
        with pytest.raises(PaymentProcessing):
            it.request_cancel(REQUEST)


def test_what_nobody_has_asked_the_provider_about_is_called_off_at_once() -> None:
    """PAY-2."""
    fresh = payment()
    fresh.request_cancel(REQUEST)
    assert fresh.status is PaymentStatus.CANCELLED
    assert [type(event) for event in fresh.collect_events()][1:] == [Payment.CancelRequested, Payment.Cancelled]
