"""Adyen's notifications."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from ledger.application.ipn.adyen import Adyen
from ledger.application.ipn.event import IpnEvent, Malformed, References
from ledger.application.ipn.verdict import Ack, Reason, Receipt, Rejected, Signed, Verdict
from tests.application.ipn.notifications import ACCOUNT, NOW, SECRETS, adyen_body, adyen_item, only, secrets

KEY = SECRETS["adyen"]
OTHER_KEY = "FE" * 32
ADYEN = Adyen(ACCOUNT)


def judged(*items: dict[str, Any], scheme: Adyen = ADYEN) -> Verdict:
    return scheme.authenticate(adyen_body(*items), [], secrets(KEY), NOW)


def test_what_adyen_signed_is_authentic() -> None:
    """IPN-4."""
    assert judged(adyen_item()) == Signed(1)


def test_a_published_example_is_authentic() -> None:
    """IPN-4: adyen-python-api-library, test/UtilTest.py (MIT)."""
    fields: dict[str, Any] = {
        "pspReference": "7914073381342284",
        "merchantReference": "TestPayment-1407325143704",
        "merchantAccountCode": "TestMerchant",
        "amount": {"currency": "EUR", "value": 1130},
        "eventCode": "AUTHORISATION",
        "success": "true",
        "additionalData": {"hmacSignature": "coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="},
    }
    key = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"
    verdict = Adyen("TestMerchant").authenticate(adyen_body(fields), [], secrets(key), NOW)
    assert verdict == Signed(1)


@pytest.mark.parametrize(
    "change",
    [
        {"pspReference": "QFQTPCQ8HXSKGK83"},
        {"originalReference": "X"},
        {"merchantReference": "order-8"},
        {"amount": {"value": 1, "currency": "EUR"}},
        {"amount": {"value": 1999, "currency": "USD"}},
        {"eventCode": "REFUND"},
        {"success": "false"},
        {"merchantAccountCode": "Another"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_each_of_the_eight_fields_counts(change: dict[str, Any]) -> None:
    """IPN-4."""
    assert judged({**adyen_item(), **change}) == Rejected(Reason.SIGNATURE_MISMATCH)


def test_every_item_must_be_signed_not_only_the_first() -> None:
    """IPN-4."""
    forged = {**adyen_item(), "success": "false"}
    unsigned = adyen_item() | {"additionalData": {}}
    assert judged(adyen_item(), adyen_item(eventCode="CAPTURE")) == Signed(1)
    assert judged(adyen_item(), forged) == Rejected(Reason.SIGNATURE_MISMATCH)
    assert judged(adyen_item(), unsigned) == Rejected(Reason.SIGNATURE_MISSING, "additionalData.hmacSignature")
    assert judged(adyen_item(), adyen_item(key=OTHER_KEY)) == Rejected(Reason.SIGNATURE_MISMATCH)


def test_a_signed_item_of_another_merchant_account_is_rejected() -> None:
    """IPN-4."""
    theirs = adyen_item(merchantAccountCode="Another")
    assert judged(theirs) == judged(adyen_item(), theirs) == Rejected(Reason.WRONG_ACCOUNT, "merchantAccountCode")
    assert judged(theirs, scheme=Adyen("")) == Rejected(Reason.WRONG_ACCOUNT, "merchantAccountCode")
    assert judged(theirs, scheme=Adyen(None)) == Signed(1)


def test_the_merchants_own_reference_may_hold_colons_and_no_other_field() -> None:
    """Nothing is escaped: with colons elsewhere one signature would fit two notifications."""
    assert judged(adyen_item(merchantReference=":a\\:/b:")) == Signed(1)
    genuine = adyen_item(merchantReference="order:7")
    shifted = {**genuine, "merchantAccountCode": f"{ACCOUNT}:order", "merchantReference": "7"}
    assert judged(genuine) == Signed(1)
    assert judged(shifted, scheme=Adyen(f"{ACCOUNT}:order")).__class__ is Rejected


def test_amounts_may_be_text_or_absent_and_success_a_truth_value() -> None:
    as_text = adyen_item(amount={"value": "1999", "currency": "EUR"})
    without = adyen_item(amount={"value": "", "currency": ""})
    del without["amount"]
    assert judged(as_text, without, {**adyen_item(), "success": True}) == Signed(1)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"value": 19.99, "currency": "EUR"}},
        {"amount": {"value": True, "currency": "EUR"}},
        {"amount": "19.99"},
        {"pspReference": None},
        {"success": 1},
        {"eventCode": ["AUTHORISATION"]},
    ],
    ids=str,
)
def test_fields_of_the_wrong_kind_are_rejected(change: dict[str, Any]) -> None:
    assert judged({**adyen_item(), **change}) == Rejected(Reason.BODY_UNEXPECTED, "NotificationRequestItem")


@pytest.mark.parametrize("key", ["not hexadecimal", KEY[:-1], "AB", "\xff" * 64])
def test_a_key_that_is_not_hexadecimal_is_no_key(key: str) -> None:
    """IPN-5."""
    assert ADYEN.authenticate(adyen_body(adyen_item()), [], secrets(key), NOW) == Rejected(Reason.SECRET_MALFORMED)
    assert ADYEN.authenticate(adyen_body(adyen_item()), [], secrets(key, KEY), NOW) == Signed(2)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", Reason.BODY_EMPTY),
        (b"[]", Reason.BODY_UNEXPECTED),
        (b'{"notificationItems":[]}', Reason.BODY_UNEXPECTED),
        (b'{"notificationItems":{}}', Reason.BODY_UNEXPECTED),
        (b'{"notificationItems":[7]}', Reason.BODY_UNEXPECTED),
        (b'{"notificationItems":[%b]}' % b",".join([b"{}"] * 251), Reason.TOO_MANY_EVENTS),
        (b'{"notificationItems":[{"a":1,"a":1}]}', Reason.BODY_DUPLICATE_NAME),
        (b'{"notificationItems":[NaN]}', Reason.BODY_NUMBER),
    ],
    ids=lambda value: value[:40].decode() if isinstance(value, bytes) else value,
)
def test_other_bodies_are_rejected(raw: bytes, reason: Reason) -> None:
    verdict = ADYEN.authenticate(raw, [], secrets(KEY), NOW)
    assert isinstance(verdict, Rejected)
    assert verdict.reason is reason
    events = ADYEN.split(raw, [])
    assert isinstance(events, Rejected) or all(isinstance(event, Malformed) for event in events)


def test_an_item_says_what_it_is_about() -> None:
    """IPN-20 IPN-9."""
    capture = adyen_item(eventCode="CAPTURE", originalReference="PSP0", pspReference="PSP1")
    event = only(ADYEN, adyen_body(capture, live="true"))
    assert event.dedupe_key == ("PSP1", "CAPTURE", "true", ACCOUNT)
    assert (event.type, event.object_id, event.livemode) == ("CAPTURE", "PSP1", True)
    assert event.references == References("pay_1", "order-7", "PSP0")
    assert event.occurred_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert orjson.loads(event.raw_slice) == {"NotificationRequestItem": capture}
    assert ADYEN.ack(Receipt.STORED) == Ack(200, b"[accepted]")


def test_an_item_that_cannot_be_read_does_not_lose_the_others() -> None:
    """IPN-3."""
    events = ADYEN.split(adyen_body(adyen_item(), {"pspReference": "PSP1"}), [])
    assert not isinstance(events, Rejected)
    assert [type(event) for event in events] == [IpnEvent, Malformed]


def test_platform_notifications_are_signed_as_a_whole_in_a_header() -> None:
    """IPN-4."""
    raw = b'{"type":"merchant.created","environment":"test","data":{"merchantId":"ShirtsCom","id":"AH1"}}'
    signature = "iiH8aTh9ah1hk7ImEBePczUttHeo4Fx2bN1FanQIPcs="
    known = secrets(KEY)
    assert ADYEN.authenticate(raw, [("HmacSignature", signature)], known, NOW) == Signed(1)
    assert ADYEN.authenticate(raw + b" ", [("HmacSignature", signature)], known, NOW) == Rejected(
        Reason.SIGNATURE_MISMATCH
    )
    assert ADYEN.authenticate(raw, [], known, NOW) == Rejected(Reason.HEADER_MISSING, "hmacsignature")
    assert Adyen("Another").authenticate(raw, [("HmacSignature", signature)], known, NOW).__class__ is Rejected
    event = only(ADYEN, raw)
    assert (event.type, event.object_id, event.livemode) == ("merchant.created", "AH1", False)
    assert event.dedupe_key == only(ADYEN, raw).dedupe_key != only(ADYEN, raw + b" ").dedupe_key
    assert ADYEN.split(b'{"data":{}}', []) == Rejected(Reason.BODY_UNEXPECTED)
