"""GoCardless's notifications."""

from datetime import UTC, datetime

import pytest

from ledger.application.ipn.event import IpnEvent, Malformed, References
from ledger.application.ipn.gocardless import GoCardless
from ledger.application.ipn.verdict import Ack, Reason, Receipt, Rejected, Signed
from tests.application.ipn.notifications import NOW, SECRETS, hex_header, only, secrets

SECRET = SECRETS["gocardless"]
GOCARDLESS = GoCardless()
EVENT = (
    b'{"id":"EV1","created_at":"2026-03-01T12:00:00.000Z","resource_type":"refunds","action":"paid",'
    b'"links":{"refund":"RF1","payment":"PM1"},"metadata":{},"resource_metadata":{"payment_id":"pay_1"}}'
)


def body(*events: bytes) -> bytes:
    return b'{ "meta": {"webhook_id": "WB1"}, "events": [%b] }' % b", ".join(events)


def judged(raw: bytes, headers: list[tuple[str, str]]) -> object:
    return GOCARDLESS.authenticate(raw, headers, secrets(SECRET), NOW)


def test_what_gocardless_signed_is_authentic_and_nothing_else() -> None:
    """IPN-3 IPN-1."""
    raw = body(EVENT)
    headers = hex_header("Webhook-Signature", raw, SECRET)
    assert judged(raw, headers) == Signed(1)
    assert judged(raw + b"\n", headers) == Rejected(Reason.SIGNATURE_MISMATCH)
    assert judged(raw, hex_header("Webhook-Signature", raw, "x")) == Rejected(Reason.SIGNATURE_MISMATCH)
    assert judged(raw, headers * 2) == Rejected(Reason.HEADER_REPEATED, "webhook-signature")
    assert judged(b"", headers) == Rejected(Reason.BODY_EMPTY)
    assert judged(raw, []) == Rejected(Reason.HEADER_MISSING, "webhook-signature")
    assert GOCARDLESS.authenticate(raw, headers, [], NOW) == Rejected(Reason.NO_SECRET)


def test_a_bad_signature_is_answered_with_498_and_a_good_one_with_204() -> None:
    """IPN-3 IPN-7 IPN-8."""
    acks = [GOCARDLESS.ack(Rejected(reason)).status for reason in (Reason.SIGNATURE_MISMATCH, Reason.HEADER_MISSING)]
    assert acks == [498, 498]
    assert GOCARDLESS.ack(Rejected(Reason.BODY_TOO_LARGE)) == Ack(413)
    assert GOCARDLESS.ack(Receipt.STORED) == Ack(204)
    assert GOCARDLESS.ack(Receipt.STORAGE_AWAY) == Ack(503)


def test_an_event_says_what_it_is_about() -> None:
    """IPN-20 IPN-9."""
    event = only(GOCARDLESS, body(EVENT))
    assert (event.dedupe_key, event.type, event.object_id) == (("EV1",), "refunds.paid", "RF1")
    assert event.references == References("pay_1", None, "PM1")
    assert event.occurred_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert (event.raw_slice, event.livemode) == (EVENT, None)


def test_250_events_come_out_of_one_body_each_with_its_own_bytes() -> None:
    """IPN-3."""
    many = [EVENT.replace(b'"EV1"', b' "EV%d" ' % number) for number in range(250)]
    events = GOCARDLESS.split(body(*many), [])
    assert not isinstance(events, Rejected)
    assert [event.raw_slice for event in events] == many
    assert GOCARDLESS.split(body(*many, EVENT), []) == Rejected(Reason.TOO_MANY_EVENTS)
    assert GOCARDLESS.split(body(), []) == ()


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"id":"EV2"}', Reason.BODY_UNEXPECTED),
        (b"7", Reason.BODY_UNEXPECTED),
        (b'{"id":"EV2","id":"EV3"}', Reason.BODY_DUPLICATE_NAME),
        (b'{"id":NaN}', Reason.BODY_NUMBER),
        (b'{"id":%b}' % (b"9" * 5000), Reason.BODY_NUMBER),
        (b'{"id":"\\ud800"}', Reason.BODY_LONE_SURROGATE),
        (b'{"id":%b}' % (b"[" * 40 + b"]" * 40), Reason.BODY_TOO_DEEP),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_bad_event_does_not_lose_its_neighbours(bad: bytes, reason: Reason) -> None:
    """IPN-3."""
    events = GOCARDLESS.split(body(EVENT, bad, EVENT), [])
    assert not isinstance(events, Rejected)
    assert [isinstance(event, IpnEvent) for event in events] == [True, False, True]
    assert events[1] == Malformed(reason, bad)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"{}", Reason.BODY_UNEXPECTED),
        (b'{"events":{}}', Reason.BODY_UNEXPECTED),
        (b'{"events":[],"events":[]}', Reason.BODY_DUPLICATE_NAME),
        (b'{"events":[]} x', Reason.BODY_NOT_JSON),
        (b'{"events":[1,]}', Reason.BODY_NOT_JSON),
        (b'{"events":[]', Reason.BODY_NOT_JSON),
        (b'{"events":[],}', Reason.BODY_NOT_JSON),
        (b"{1:2}", Reason.BODY_NOT_JSON),
        (b"[]", Reason.BODY_NOT_JSON),
        (b'{"events":["\xff"]}', Reason.BODY_NOT_UTF8),
        (b'{"events":' + b"[" * 100_000, Reason.BODY_TOO_DEEP),
        (b'{"a":' * 50_000, Reason.BODY_TOO_DEEP),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_body_that_cannot_be_walked_over_is_rejected(raw: bytes, reason: Reason) -> None:
    assert GOCARDLESS.split(raw, []) == Rejected(reason)
