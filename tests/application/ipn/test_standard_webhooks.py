"""Notifications in the form of Standard Webhooks."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application.ipn.event import References
from ledger.application.ipn.standard_webhooks import StandardWebhooks
from ledger.application.ipn.verdict import Reason, Rejected, Signed
from tests.application.ipn.notifications import NOW, SECONDS, SECRETS, only, secrets, standard_headers

SECRET = SECRETS["standard_webhooks"]
SCHEME = StandardWebhooks()
RAW = (
    b'{"type":"payment.paid","timestamp":"2026-03-01T12:00:00Z",'
    b'"data":{"id":"p_1","metadata":{"payment_id":"pay_1"}}}'
)


def judged(headers: list[tuple[str, str]], raw: bytes = RAW, secret: str = SECRET) -> object:
    return SCHEME.authenticate(raw, headers, secrets(secret), NOW)


def changed(name: str, value: str | None) -> list[tuple[str, str]]:
    """Return right headers but for one."""
    kept = [(key, old) for key, old in standard_headers(RAW) if key != f"webhook-{name}"]
    return kept if value is None else [*kept, (f"webhook-{name}", value)]


def signature() -> str:
    return dict(standard_headers(RAW))["webhook-signature"]


def test_what_was_signed_is_authentic_and_nothing_else() -> None:
    """IPN-1."""
    assert judged(standard_headers(RAW)) == Signed(1)
    assert judged(standard_headers(RAW), RAW + b"\n") == Rejected(Reason.SIGNATURE_MISMATCH)
    assert judged(changed("id", "msg_2")) == Rejected(Reason.SIGNATURE_MISMATCH)
    assert judged(changed("timestamp", str(SECONDS + 1))) == Rejected(Reason.SIGNATURE_MISMATCH)
    assert judged([(name.replace("webhook", "SVIX"), value) for name, value in standard_headers(RAW)]) == Signed(1)
    assert judged(standard_headers(RAW), b"") == Rejected(Reason.BODY_EMPTY)


def test_a_published_example_is_authentic() -> None:
    """standard-webhooks, libraries/python/tests/test_webhooks.py, test_sign_function (Apache-2.0)."""
    then = datetime.fromtimestamp(1614265330, UTC)
    headers = [
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ]
    known = secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", valid_from=then)
    assert SCHEME.authenticate(b'{"test": 2432232314}', headers, known, then) == Signed(1)


def test_one_right_signature_in_the_list_is_enough() -> None:
    """IPN-6."""
    wrong = "v1," + base64.b64encode(bytes(32)).decode()
    assert judged(changed("signature", f"{wrong} v2,x nonsense {signature()}")) == Signed(1)
    assert judged(changed("signature", signature().replace("v1,", "v2,"))) == Rejected(Reason.SIGNATURE_MISMATCH)
    assert judged(changed("signature", " ".join([wrong] * 17))) == Rejected(
        Reason.HEADER_MALFORMED, "webhook-signature"
    )


def test_the_time_may_be_off_by_300_seconds_in_both_directions() -> None:
    assert judged(standard_headers(RAW, at=SECONDS - 299)) == Signed(1)
    assert judged(standard_headers(RAW, at=SECONDS + 300)) == Signed(1)
    assert judged(standard_headers(RAW, at=SECONDS - 300)) == Rejected(Reason.TIMESTAMP_TOO_OLD)
    assert judged(standard_headers(RAW, at=SECONDS + 301)) == Rejected(Reason.TIMESTAMP_IN_FUTURE)


@pytest.mark.parametrize("name", ["id", "timestamp", "signature"])
def test_each_header_must_be_there_once_and_in_ascii(name: str) -> None:
    where = f"webhook-{name}"
    assert judged(changed(name, None)) == Rejected(Reason.HEADER_MISSING, where)
    assert judged([*standard_headers(RAW), (where, "x")]) == Rejected(Reason.HEADER_REPEATED, where)
    assert judged(changed(name, "\udcff")) == Rejected(Reason.HEADER_MALFORMED, where)


@pytest.mark.parametrize("time", ["", " 1", "1.5", "1e9", "-1", "0", "007", "99999999999999", "\u0661"])
def test_a_time_is_whole_seconds_in_plain_digits(time: str) -> None:
    assert judged(changed("timestamp", time)) == Rejected(Reason.HEADER_MALFORMED, "webhook-timestamp")


@pytest.mark.parametrize("message_id", ["", "a.1", "m" * 256])
def test_an_id_cannot_pass_for_part_of_the_time(message_id: str) -> None:
    assert judged(changed("id", message_id)) == Rejected(Reason.HEADER_MALFORMED, "webhook-id")


def test_a_secret_is_base64_padded_or_not() -> None:
    """IPN-5."""
    secret = "whsec_" + base64.b64encode(b"twenty-five bytes of secret").decode()
    headers = standard_headers(RAW, secret)
    assert (
        judged(headers, secret=secret.rstrip("="))
        == judged(headers, secret=secret.removeprefix("whsec_"))
        == Signed(1)
    )
    for none in ("whsec_", "whsec_é", "whsec_a", "whpk_", "whpk_AAAA"):
        assert judged(headers, secret=none) == Rejected(Reason.SECRET_MALFORMED)
    assert judged(headers, secret="") == Rejected(Reason.NO_SECRET)


def test_a_public_key_verifies_asymmetric_signatures_and_those_alone() -> None:
    """OUT-1: `v1a` is Ed25519."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = "whpk_" + base64.b64encode(key.public_key().public_bytes_raw()).decode()
    signed = "v1a," + base64.b64encode(key.sign(f"msg_1.{SECONDS}.".encode() + RAW)).decode()
    assert judged(changed("signature", f"v1a,x v1a,AAAA {signature()} {signed}"), secret=public) == Signed(1)
    assert judged(changed("signature", signed), RAW + b" ", public) == Rejected(Reason.SIGNATURE_MISMATCH)
    assert judged(changed("signature", signature()), secret=public) == Rejected(Reason.SIGNATURE_MISMATCH)
    assert judged(changed("signature", signed)) == Rejected(Reason.SIGNATURE_MISMATCH)


def test_the_message_id_is_what_tells_a_replay_from_news() -> None:
    """IPN-9 IPN-20."""
    event = only(SCHEME, RAW, standard_headers(RAW))
    assert (event.dedupe_key, event.type, event.object_id) == (("msg_1",), "payment.paid", "p_1")
    assert event.references == References("pay_1", None, "p_1")
    assert event.occurred_at == NOW - timedelta(milliseconds=400)
    assert SCHEME.split(RAW, []) == SCHEME.split(b"{}", standard_headers(b"{}")) == Rejected(Reason.BODY_UNEXPECTED)
    assert SCHEME.split(b"[", standard_headers(b"[")) == Rejected(Reason.BODY_NOT_JSON)
