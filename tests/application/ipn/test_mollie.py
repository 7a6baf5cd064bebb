"""Mollie's notifications, classic and signed."""

from datetime import UTC, datetime

import orjson
import pytest

from ledger.application.ipn.event import References
from ledger.application.ipn.mollie import Mollie
from ledger.application.ipn.verdict import Reason, Rejected, Signed, UnsignedHint
from tests.application.ipn.notifications import NOW, SECRETS, hex_header, only, secrets

SECRET = SECRETS["mollie"]
MOLLIE = Mollie()
HINT = b"id=tr_d0b0E3EA3v"
RAW = orjson.dumps(
    {
        "resource": "event",
        "id": "event_1",
        "type": "payment.paid",
        "entityId": "tr_1",
        "createdAt": "2026-03-01T12:00:00+00:00",
        "_embedded": {"entity": {"id": "tr_1", "mode": "live", "metadata": {"payment_id": "pay_1"}}},
    }
)


def judged(raw: bytes, headers: list[tuple[str, str]]) -> object:
    return MOLLIE.authenticate(raw, headers, secrets(SECRET, "the next one"), NOW)


def test_a_classic_notification_is_a_hint_whatever_secrets_there_are() -> None:
    assert judged(HINT, []) == MOLLIE.authenticate(HINT, [], [], NOW) == UnsignedHint()
    event = only(MOLLIE, HINT)
    assert (event.type, event.object_id, event.references) == (
        "hint",
        "tr_d0b0E3EA3v",
        References(None, None, "tr_d0b0E3EA3v"),
    )


def test_a_hint_says_something_new_only_with_the_status_that_was_fetched() -> None:
    """IPN-9."""
    event = only(MOLLIE, HINT)
    assert event.fetched("paid") == ("tr_d0b0E3EA3v", "paid") != event.fetched("refunded")


@pytest.mark.parametrize(
    "raw", [b"id=", b"id=tr_1&x=2", b"id=tr_%31", b"id=../x_1", b"ID=tr_1", b"id=tr_1\n", b"{}", RAW]
)
def test_what_is_neither_signed_nor_a_hint_is_rejected(raw: bytes) -> None:
    assert judged(raw, []) == Rejected(Reason.HEADER_MISSING, "x-mollie-signature")


def test_a_signed_notification_is_authentic_under_any_of_its_signatures() -> None:
    """IPN-1 IPN-6."""
    name = "X-Mollie-Signature"
    old = hex_header(name, RAW, SECRET, prefix="sha256=")
    new = hex_header(name, RAW, "the next one")
    wrong = hex_header(name, RAW, "wrong")
    assert judged(RAW, old) == judged(RAW, wrong + old) == Signed(1)
    assert judged(RAW, new) == Signed(2)
    assert judged(RAW + b" ", old) == judged(RAW, wrong) == Rejected(Reason.SIGNATURE_MISMATCH)
    assert judged(RAW, wrong * 5) == Rejected(Reason.HEADER_REPEATED, "x-mollie-signature")
    assert judged(RAW, [(name, "é")]) == Rejected(Reason.HEADER_MALFORMED, "x-mollie-signature")
    assert judged(b"", old) == Rejected(Reason.BODY_EMPTY)


def test_a_signature_that_is_there_must_be_right_even_over_a_hint() -> None:
    """IPN-5."""
    headers = hex_header("X-Mollie-Signature", HINT, SECRET)
    assert judged(HINT, headers) == Signed(1)
    assert judged(HINT, hex_header("X-Mollie-Signature", HINT, "wrong")) == Rejected(Reason.SIGNATURE_MISMATCH)
    assert MOLLIE.authenticate(HINT, headers, secrets(""), NOW) == Rejected(Reason.NO_SECRET)


def test_a_published_example_is_authentic() -> None:
    """mollie-api-php, tests/Webhooks/SignatureValidatorTest.php (BSD-2-Clause); the digits by its algorithm."""
    raw = b'{"id":"tr_12345","event_type":"payment-link.paid"}'
    signature = "sha256=e479a5e4aaa17db94cfc546071e10e91c0b37f21e464e751ebdd7d7ad2ffd146"
    known = secrets("test_webhook_secret")
    assert MOLLIE.authenticate(raw, [("X-Mollie-Signature", signature)], known, NOW) == Signed(1)
    assert MOLLIE.split(raw, []) == Rejected(Reason.BODY_UNEXPECTED)


def test_a_signed_event_says_what_it_is_about() -> None:
    """IPN-20 IPN-17."""
    event = only(MOLLIE, RAW)
    assert (event.dedupe_key, event.type, event.object_id, event.livemode) == (
        ("event_1",),
        "payment.paid",
        "tr_1",
        True,
    )
    assert event.references == References("pay_1", None, "tr_1")
    assert event.occurred_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    refund = {"id": "event_2", "type": "refund.paid", "_embedded": {"entity": {"id": "re_1", "paymentId": "tr_1"}}}
    about = only(MOLLIE, orjson.dumps(refund))
    assert (about.object_id, about.references.provider_id, about.livemode) == ("re_1", "tr_1", None)


def test_other_bodies_are_no_events() -> None:
    assert MOLLIE.split(b"", []) == Rejected(Reason.BODY_EMPTY)
    assert MOLLIE.split(b"id=1", []) == Rejected(Reason.BODY_NOT_JSON)
