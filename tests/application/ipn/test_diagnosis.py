"""What a merchant is told who asks why a notification is not authentic."""

import orjson
import pytest

from ledger.application.ipn.diagnosis import Diagnosis, diagnose
from ledger.application.ipn.schemes import SCHEMES
from ledger.application.ipn.sentences import SENTENCES
from ledger.application.ipn.verdict import Reason
from tests.application.ipn.notifications import (
    NOW,
    SECONDS,
    SECRETS,
    adyen_body,
    adyen_item,
    hex_header,
    standard_headers,
    stripe_header,
)

RAW = b'{\n  "id": "evt_1",\n  "type": "charge.succeeded",\n  "name": "J\xc3\xb6rg",\n  "livemode": true\n}'
SECRET = SECRETS["stripe"]


def told(raw: bytes = RAW, secret: str = SECRET, *, signed: bytes = RAW, at: int = SECONDS) -> Diagnosis:
    return diagnose(SCHEMES["stripe"](None), raw, stripe_header(signed, at=at), secret=secret.encode(), now=NOW)


def test_every_reason_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Reason)


def test_what_is_authentic_is_said_to_be_with_what_is_in_it() -> None:
    found = told()
    assert (found.authentic, found.reason, found.causes) == (True, "signed", ())
    assert [event.type for event in found.events] == ["charge.succeeded"]


@pytest.mark.parametrize(
    ("raw", "cause"),
    [
        (RAW + b"\n", "without the line break at its end"),
        (RAW.replace(b"\n", b"\r\n"), "with Unix line breaks"),
        (b"\xef\xbb\xbf" + RAW, "without the byte order mark"),
        (orjson.dumps(orjson.loads(RAW)), "parsed and written again"),
    ],
)
def test_a_body_that_was_changed_on_the_way_is_recognized(raw: bytes, cause: str) -> None:
    """IPN-1."""
    found = told(raw)
    assert (found.reason, len(found.causes)) == ("signature_mismatch", 1)
    assert cause in found.causes[0]


@pytest.mark.parametrize("indent", [None, orjson.OPT_INDENT_2])
def test_a_body_that_an_editor_made_pretty_is_recognized(indent: int | None) -> None:
    """IPN-1."""
    signed = b'{"id":"evt_1","type":"a","name":"J\\u00f6rg"}'
    found = told(orjson.dumps(orjson.loads(signed), option=indent), signed=signed)
    assert "parsed and written again" in found.causes[0]


def test_line_breaks_that_were_lost_are_recognized() -> None:
    assert "with a line break at its end" in told(RAW, signed=RAW + b"\n").causes[0]
    assert "with Windows line breaks" in told(RAW, signed=RAW.replace(b"\n", b"\r\n")).causes[0]


@pytest.mark.parametrize(
    ("secret", "cause"),
    [
        (f" {SECRET}\n", "without the white space"),
        (f'"{SECRET}"', "without the quotation marks"),
        (SECRET.removeprefix("whsec_"), "with whsec_ before it"),
    ],
)
def test_a_secret_that_was_copied_badly_is_recognized(secret: str, cause: str) -> None:
    found = told(secret=secret)
    assert len(found.causes) == 1
    assert cause in found.causes[0]
    assert SECRET not in str(found)


def test_a_prefix_that_does_not_belong_is_recognized() -> None:
    headers = hex_header("Webhook-Signature", RAW, SECRETS["gocardless"])
    secret = b"whsec_" + SECRETS["gocardless"].encode()
    found = diagnose(SCHEMES["gocardless"](None), RAW, headers, secret=secret, now=NOW)
    assert found.causes == ("The signature fits the secret without whsec_ before it.",)


def test_with_another_secret_the_likely_causes_are_named() -> None:
    causes = " ".join(told(secret="whsec_another").causes)
    assert "another endpoint's" in causes
    assert "live event: the secret may be the test endpoint's" in causes
    assert "rotated" in causes
    assert "API key" not in causes
    assert "API key" in told(secret="sk_test_1").causes[0]


def test_a_clock_that_is_off_is_told_in_seconds() -> None:
    old, early = told(at=SECONDS - 4000), told(at=SECONDS + 4000)
    assert (old.reason, early.reason) == ("timestamp_too_old", "timestamp_in_future")
    assert "4000 seconds before" in old.causes[0]
    assert "4000 seconds after" in early.causes[0]


def test_a_header_of_another_provider_is_pointed_out() -> None:
    found = diagnose(SCHEMES["stripe"](None), RAW, standard_headers(RAW), secret=b"x", now=NOW)
    assert found.message.endswith("(stripe-signature)")
    assert found.causes == ("There is a header webhook-signature, as sent by GoCardless and Standard Webhooks.",)


def test_a_hint_is_not_authentic_and_says_what_to_do() -> None:
    found = diagnose(SCHEMES["mollie"](None), b"id=tr_1", [], secret=b"", now=NOW)
    assert (found.authentic, found.reason) == (False, "unsigned_hint")
    assert "fetched back" in found.message


def test_a_merchant_account_is_checked_only_where_it_is_given() -> None:
    raw, secret = adyen_body(adyen_item()), SECRETS["adyen"].encode()
    assert diagnose(SCHEMES["adyen"](None), raw, [], secret=secret, now=NOW).authentic
    assert diagnose(SCHEMES["adyen"]("Another"), raw, [], secret=secret, now=NOW).reason == "wrong_account"
    assert diagnose(SCHEMES["adyen"](None), raw, [], secret=b"not hex", now=NOW).reason == "secret_malformed"
