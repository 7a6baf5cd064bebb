"""Nothing raises: every scheme has an answer to any bytes under any headers."""

import json
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.application.ipn.diagnosis import Diagnosis, diagnose
from ledger.application.ipn.event import IpnEvent
from ledger.application.ipn.schemes import SCHEMES
from ledger.application.ipn.verdict import Ack, Receipt, Rejected, Signed, Verdict
from tests.application.ipn.notifications import (
    ACCOUNT,
    NOW,
    SECRETS,
    adyen_body,
    adyen_item,
    hex_header,
    secrets,
    standard_headers,
    stripe_header,
)

NAMES = st.sampled_from(
    [
        *("Stripe-Signature", "webhook-id", "webhook-timestamp", "webhook-signature", "SVIX-ID"),
        *("X-Mollie-Signature", "HmacSignature", "é"),
    ]
)
ANY_TEXT = st.text(st.characters(), max_size=80)  # lone surrogates, too: that is how frameworks hand on odd bytes
PIECES = st.sampled_from(
    ["t=", "v1=", "v1,", "v1a,", "sha256=", ",", " ", "1772366400", "=", "A", "\udcff", "9" * 30]
)
VALUES = ANY_TEXT | st.lists(PIECES, max_size=8).map("".join)
HEADERS = st.lists(st.tuples(NAMES | ANY_TEXT, VALUES), max_size=6)
WORDS = st.sampled_from(
    [
        *(
            "id",
            "type",
            "events",
            "notificationItems",
            "NotificationRequestItem",
            "data",
            "object",
            "links",
            "metadata",
        ),
        *(
            "amount",
            "value",
            "success",
            "additionalData",
            "hmacSignature",
            "created",
            "timestamp",
            "entityId",
            "live",
        ),
        *("pspReference", "eventCode", "merchantAccountCode", "resource_type", "action", "created_at"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("aeidt_", max_size=4) | WORDS, inner, max_size=5)
    ),
)


def as_body(value: object) -> bytes:
    return json.dumps(value).encode()


BODIES = (
    st.binary(max_size=300)
    | JSON.map(as_body)
    | st.text(st.sampled_from('{}[]":,\\ud8a1eN-+.0 \n'), max_size=60).map(str.encode)
)
ANY_SECRET = st.binary(max_size=70) | st.sampled_from(["whsec_AAAA", "whpk_" + "A" * 43, SECRETS["adyen"]]).map(
    str.encode
)
PROVIDERS = pytest.mark.parametrize("provider", SCHEMES)


@PROVIDERS
@given(raw=BODIES, headers=HEADERS, secret=ANY_SECRET)
@example(raw=b'{"events":' + b"[" * 200_000, headers=[], secret=b"x")
@example(raw=b'{"notificationItems":' + b'[{"a":' * 50_000, headers=[], secret=b"AB" * 32)
@example(raw=b'{"id":"\\ud800","type":"\\udfff"}', headers=[("webhook-id", "a")], secret=b"x")
@example(raw=b'{"id":"a","type":"b","created":253402300800}', headers=[("webhook-id", "a")], secret=b"x")
@example(raw=b'{"id":"a","type":"b","created":"0001-01-01T00:00:00+14:00"}', headers=[], secret=b"x")
@example(raw=b'{"id":' + b"9" * 100_000 + b"}", headers=[], secret=b"x")
@example(raw=b'{"id":1e999,"type":-Infinity}', headers=[], secret=b"x")
@example(raw=b"\xef\xbb\xbf{}", headers=[], secret=b"x")
@example(raw=b"x" * (10 * 1024 * 1024), headers=[], secret=b"x")
def test_any_bytes_under_any_headers_get_an_answer(
    provider: str, raw: bytes, headers: list[tuple[str, str]], secret: bytes
) -> None:
    """IPN-7: and nothing that was not signed is ever authentic."""
    scheme = SCHEMES[provider](ACCOUNT)
    verdict = scheme.authenticate(raw, headers, secrets(secret), NOW)
    assert isinstance(verdict, get_args(Verdict))
    assert not isinstance(verdict, Signed)
    events = scheme.split(raw, headers)
    if isinstance(events, Rejected):
        assert scheme.ack(events).status >= 400
    else:
        assert all(event.raw_slice in raw for event in events)
        for event in (each for each in events if isinstance(each, IpnEvent)):
            f"{event.dedupe_key}{event.type}{event.object_id}{event.references}".encode()  # no half characters


@PROVIDERS
@given(raw=BODIES, headers=HEADERS, secret=ANY_SECRET)
def test_a_check_by_hand_always_has_something_to_say(
    provider: str, raw: bytes, headers: list[tuple[str, str]], secret: bytes
) -> None:
    found = diagnose(SCHEMES[provider](None), raw, headers, secret=secret, now=NOW)
    assert isinstance(found, Diagnosis)
    assert found.message
    assert not found.authentic


GENUINE = {
    "stripe": (b'{"id":"evt_1","type":"a"}', stripe_header(b'{"id":"evt_1","type":"a"}')),
    "adyen": (adyen_body(adyen_item(originalReference="PSP0")), []),
    "mollie": (
        b'{"id":"e_1","type":"a"}',
        hex_header("x-mollie-signature", b'{"id":"e_1","type":"a"}', SECRETS["mollie"]),
    ),
    "gocardless": (b'{"events":[]}', hex_header("webhook-signature", b'{"events":[]}', SECRETS["gocardless"])),
    "standard_webhooks": (b'{"type":"a"}', standard_headers(b'{"type":"a"}')),
    "programmable": (b'{"type":"a"}', standard_headers(b'{"type":"a"}')),
}


@PROVIDERS
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_flipped_bit_of_a_body_goes_unnoticed(provider: str, place: int, bit: int) -> None:
    """IPN-1: Adyen signs eight fields and not the rest; the parts of a body that it does not sign are left out."""
    raw, headers = GENUINE[provider]
    scheme = SCHEMES[provider](ACCOUNT)
    known = secrets(SECRETS[provider])
    assert scheme.authenticate(raw, headers, known, NOW) == Signed(1)
    start = raw.index(b"pspReference") if provider == "adyen" else 0
    end = raw.index(b'"eventDate"') - 1 if provider == "adyen" else len(raw)
    at = start + place % (end - start)
    flipped = raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]
    assert isinstance(scheme.authenticate(flipped, headers, known, NOW), Rejected)


@PROVIDERS
@pytest.mark.parametrize("secret", ["", " ", "\n\t"])
def test_an_empty_secret_fails_closed(provider: str, secret: str) -> None:
    """IPN-5."""
    raw, headers = GENUINE[provider]
    verdict = SCHEMES[provider](ACCOUNT).authenticate(raw, headers, secrets(secret), NOW)
    assert verdict == SCHEMES[provider](ACCOUNT).authenticate(raw, headers, [], NOW)
    assert isinstance(verdict, Rejected)
    assert verdict.reason == "no_secret"


@PROVIDERS
def test_two_secrets_count_during_a_rotation(provider: str) -> None:
    """IPN-6."""
    raw, headers = GENUINE[provider]
    both = secrets("AA" * 32, SECRETS[provider])
    assert SCHEMES[provider](ACCOUNT).authenticate(raw, headers, both, NOW) == Signed(2)
    late = secrets(SECRETS[provider], valid_from=NOW + timedelta(seconds=1))
    assert isinstance(SCHEMES[provider](ACCOUNT).authenticate(raw, headers, late, NOW), Rejected)


@PROVIDERS
def test_what_is_stored_is_acknowledged_and_what_could_not_be_is_sent_again(provider: str) -> None:
    """IPN-8 IPN-9."""
    scheme = SCHEMES[provider](ACCOUNT)
    assert 200 <= scheme.ack(Receipt.STORED).status < 300
    assert scheme.ack(Receipt.STORAGE_AWAY) == Ack(503)
    assert scheme.ack(Receipt.ENDPOINT_UNKNOWN) == Ack(404)
