"""Stripe's notifications."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from ledger.application.ipn.event import References
from ledger.application.ipn.scheme import MAX_BODY
from ledger.application.ipn.stripe import Stripe
from ledger.application.ipn.verdict import Ack, Reason, Receipt, Rejected, Signed
from ledger.application.secret import Secret, SecretVersion
from ledger.domain.values import Mode
from tests.application.ipn.notifications import NOW, SECONDS, SECRETS, only, secrets, stripe_header

SECRET = SECRETS["stripe"]
RAW = b'{"id": "evt_1", "type": "payment_intent.succeeded",\n "amount": 19.990}'
STRIPE = Stripe()


def judged(raw: bytes = RAW, header: str | None = None, *, at: int = SECONDS) -> object:
    headers = stripe_header(raw, at=at) if header is None else [("stripe-signature", header)]
    return STRIPE.authenticate(raw, headers, secrets(SECRET), NOW)


def signature(raw: bytes = RAW) -> str:
    return stripe_header(raw)[0][1].split(",")[1].removeprefix("v1=")


def test_what_stripe_signed_is_authentic() -> None:
    """IPN-2."""
    assert judged() == Signed(1)


def test_the_same_json_written_in_another_way_is_not() -> None:
    """IPN-1."""
    header = stripe_header(RAW)[0][1]
    assert judged(orjson.dumps(orjson.loads(RAW)), header) == Rejected(Reason.SIGNATURE_MISMATCH)
    assert judged(RAW + b"\n", header) == Rejected(Reason.SIGNATURE_MISMATCH)


def test_any_v1_may_be_right_and_no_other_scheme_counts() -> None:
    """IPN-2."""
    right = signature()
    assert judged(header=f"t={SECONDS},v1={'0' * 64},v1={right}") == Signed(1)
    assert judged(header=f"v1={right},t={SECONDS}") == Signed(1)
    assert judged(header=f"t={SECONDS},v0={right}") == Rejected(Reason.SIGNATURE_MISSING, "stripe-signature")
    assert judged(header=f"t={SECONDS},v1={right.upper()}") == Rejected(Reason.SIGNATURE_MISMATCH)


@pytest.mark.parametrize(
    ("off_s", "reason"),
    [
        (-301, Reason.TIMESTAMP_TOO_OLD),
        (-300, Reason.TIMESTAMP_TOO_OLD),
        (-299, None),
        (0, None),
        (300, None),
        (301, Reason.TIMESTAMP_IN_FUTURE),
    ],
)
def test_the_time_may_be_off_by_300_seconds_in_both_directions(off_s: int, reason: Reason | None) -> None:
    """IPN-2: it is 0.4 seconds past the second now."""
    assert judged(at=SECONDS + off_s) == (Signed(1) if reason is None else Rejected(reason))


def test_a_wrong_time_is_told_only_to_who_knows_the_secret() -> None:
    assert judged(header=f"t=1,v1={signature()}") == Rejected(Reason.SIGNATURE_MISMATCH)


@pytest.mark.parametrize(
    "header",
    ["", "t=", "v1=", f"t={SECONDS}", "t=1_0,v1=a", "t=+1,v1=a", "t=01,v1=a", "t= 1,v1=a", "t=\u0661,v1=a",
     "t=1e3,v1=a", f"t={SECONDS},t={SECONDS},v1=a", f"t={'9' * 13},v1=a", ",,,", "=", "t=1;v1=a"],
)  # fmt: skip
def test_a_malformed_header_is_rejected(header: str) -> None:
    verdict = judged(header=header)
    assert isinstance(verdict, Rejected)
    assert verdict.reason in {Reason.HEADER_MALFORMED, Reason.SIGNATURE_MISSING}


def test_the_header_must_be_there_once_and_in_ascii() -> None:
    headers = stripe_header(RAW)
    known = secrets(SECRET)
    where = "stripe-signature"
    assert STRIPE.authenticate(RAW, [], known, NOW) == Rejected(Reason.HEADER_MISSING, where)
    assert STRIPE.authenticate(RAW, headers * 2, known, NOW) == Rejected(Reason.HEADER_REPEATED, where)
    assert judged(header="t=1,v1=\udcff") == Rejected(Reason.HEADER_MALFORMED, where)
    assert judged(header="v1=" + "a" * 10_000) == Rejected(Reason.HEADER_MALFORMED, where)
    assert STRIPE.authenticate(RAW, [("STRIPE-signature", headers[0][1])], known, NOW) == Signed(1)


@pytest.mark.parametrize("values", [(), ("",), (" \n",), ("", b"\0 "[1:])])
def test_without_a_secret_nothing_is_authentic(values: tuple[str | bytes, ...]) -> None:
    """IPN-5."""
    headers = stripe_header(RAW, secret="")
    verdict = STRIPE.authenticate(RAW, headers, secrets(*values), NOW)
    assert verdict == Rejected(Reason.NO_SECRET)
    assert isinstance(verdict, Rejected)
    assert STRIPE.ack(verdict) == STRIPE.ack(Receipt.ENDPOINT_UNKNOWN) == Ack(404)


def test_two_secrets_count_during_a_rotation_and_one_after_it() -> None:
    """IPN-6."""
    hour = timedelta(hours=1)
    old = SecretVersion(1, Secret("whsec_old"), NOW - 9 * hour, NOW + hour)
    new = SecretVersion(2, Secret("whsec_new"), NOW)
    at = SECONDS + 3600
    for now, signed_at, secret, expected in (
        (NOW, SECONDS, "whsec_old", Signed(1)),
        (NOW, SECONDS, "whsec_new", Signed(2)),
        (NOW + hour, at, "whsec_old", Rejected(Reason.SIGNATURE_MISMATCH)),
        (NOW + hour, at, "whsec_new", Signed(2)),
        (NOW - hour, SECONDS - 3600, "whsec_new", Rejected(Reason.SIGNATURE_MISMATCH)),
        (NOW - 10 * hour, SECONDS, "whsec_old", Rejected(Reason.NO_SECRET)),
    ):
        assert STRIPE.authenticate(RAW, stripe_header(RAW, secret, at=signed_at), [new, old], now) == expected


def test_what_was_kept_verifies_later_as_of_when_it_came() -> None:
    """IPN-19."""
    archived = SecretVersion(1, Secret(SECRET), NOW - timedelta(days=1), NOW + timedelta(hours=1))
    kept = RAW, stripe_header(RAW), [archived]
    assert STRIPE.authenticate(*kept, NOW) == Signed(1)
    assert STRIPE.authenticate(*kept, NOW + timedelta(days=365)) == Rejected(Reason.NO_SECRET)


def test_empty_and_huge_bodies_are_rejected_before_any_work() -> None:
    assert judged(b"") == Rejected(Reason.BODY_EMPTY)
    assert judged(b"x" * (MAX_BODY + 1)) == Rejected(Reason.BODY_TOO_LARGE)
    assert judged(b"\xff" * MAX_BODY) == Signed(1)


def test_an_event_says_what_it_is_about_and_each_reference_stands_in_its_place() -> None:
    """IPN-20 IPN-9."""
    charge = {
        "id": "ch_1",
        "object": "charge",
        "payment_intent": {"id": "pi_1"},
        "client_reference_id": "order-7",
        "metadata": {"payment_id": "pay_1"},
    }
    raw = orjson.dumps(
        {"id": "evt_1", "type": "charge.succeeded", "livemode": True, "created": SECONDS, "data": {"object": charge}}
    )
    event = only(STRIPE, raw)
    assert (event.dedupe_key, event.type, event.object_id, event.livemode) == (
        ("evt_1",),
        "charge.succeeded",
        "ch_1",
        True,
    )
    assert event.references == References("pay_1", "order-7", "pi_1")
    assert event.raw_slice == raw
    assert event.occurred_at == datetime.fromtimestamp(SECONDS, UTC)


def test_an_intent_is_its_own_payment_and_a_thin_event_names_it() -> None:
    """IPN-20."""
    whole = {"id": "evt_1", "type": "a", "data": {"object": {"id": "pi_1", "object": "payment_intent"}}}
    thin = {
        "id": "evt_2", "type": "a", "created": "2026-03-01T12:00:00.000Z",
        "related_object": {"id": "pi_1", "type": "payment_intent", "url": "/v1/payment_intents/pi_1"},
    }  # fmt: skip
    for event in (only(STRIPE, orjson.dumps(body)) for body in (whole, thin)):
        assert (event.object_id, event.references) == ("pi_1", References(provider_id="pi_1"))
    assert only(STRIPE, orjson.dumps(thin)).occurred_at == datetime.fromtimestamp(SECONDS, UTC)


def test_unknown_types_and_odd_objects_are_events_all_the_same() -> None:
    """IPN-15."""
    oddities: list[object] = [None, 7, [], "x", {"id": 7, "metadata": "x", "payment_intent": ["pi"]}]
    for about in oddities:
        event = only(STRIPE, orjson.dumps({"id": "evt_1", "type": "radar.new_thing", "data": {"object": about}}))
        assert (event.object_id, event.references) == (None, References())


@pytest.mark.parametrize(
    "raw",
    [
        b"{}",
        b'{"id":"evt_1"}',
        b'{"id":7,"type":"a"}',
        b'{"id":"","type":"a"}',
        b'{"id":"%b","type":"a"}' % (b"e" * 256),
    ],
)
def test_a_body_without_an_id_and_a_type_is_no_event(raw: bytes) -> None:
    assert STRIPE.split(raw, []) == Rejected(Reason.BODY_UNEXPECTED)


@pytest.mark.parametrize(
    ("live", "mode", "rejected"), [(True, Mode.TEST, True), (False, Mode.LIVE, True), (True, Mode.LIVE, False)]
)
def test_an_event_of_the_other_mode_is_rejected(live: bool, mode: Mode, rejected: bool) -> None:  # noqa: FBT001
    """IPN-17."""
    event = only(STRIPE, orjson.dumps({"id": "evt_1", "type": "a", "livemode": live}))
    assert event.contradicts(mode) == (Rejected(Reason.WRONG_MODE, "livemode") if rejected else None)


def test_an_event_without_a_mode_contradicts_none() -> None:
    """IPN-17."""
    assert only(STRIPE, b'{"id":"evt_1","type":"a"}').contradicts(Mode.LIVE) is None
