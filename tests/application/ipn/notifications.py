"""Notifications of our own making: signatures are computed here from the definitions, not by the code under test."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from ledger.application.ipn.event import IpnEvent
from ledger.application.ipn.scheme import IpnScheme
from ledger.application.ipn.verdict import Rejected
from ledger.application.secret import Secret, SecretVersion

NOW = datetime(2026, 3, 1, 12, 0, 0, 400_000, tzinfo=UTC)
SECONDS = 1_772_366_400
ACCOUNT = "ShirtsCom"
SECRETS = {
    "stripe": "whsec_c3Ryb25nIGVub3VnaA",
    "adyen": "0123456789ABCDEF" * 4,
    "mollie": "mollie secret",
    "gocardless": "5ec3e7-gocardless",
    "standard_webhooks": "whsec_" + base64.b64encode(b"twenty-four bytes or mor").decode(),
    "programmable": "whsec_" + base64.b64encode(b"twenty-four bytes or mor").decode(),
}


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """RFC 2104 and FIPS 180-4, spelled out."""
    padded = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + message).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in padded) + inner).digest()


def secrets(*values: str | bytes, valid_from: datetime = NOW - timedelta(days=1)) -> list[SecretVersion]:
    """Return versions 1, 2, … without an end."""
    return [SecretVersion(number, Secret(value), valid_from) for number, value in enumerate(values, 1)]


def stripe_header(raw: bytes, secret: str = SECRETS["stripe"], *, at: int = SECONDS) -> list[tuple[str, str]]:
    signature = hmac_sha256(secret.encode(), f"{at}.".encode() + raw).hex()
    return [("Stripe-Signature", f"t={at},v1={signature},v0={'0' * 64}")]


def hex_header(name: str, raw: bytes, secret: str, *, prefix: str = "") -> list[tuple[str, str]]:
    return [(name, prefix + hmac_sha256(secret.encode(), raw).hex())]


def standard_headers(
    raw: bytes, secret: str = SECRETS["standard_webhooks"], *, at: int = SECONDS, message_id: str = "msg_1"
) -> list[tuple[str, str]]:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac_sha256(key, f"{message_id}.{at}.".encode() + raw)).decode()
    return [("webhook-id", message_id), ("webhook-timestamp", str(at)), ("webhook-signature", f"v1,{signature}")]


def adyen_item(*, key: str = SECRETS["adyen"], **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return one signed item; its eight fields are `changes` where they are given."""
    item: dict[str, Any] = {
        "pspReference": "QFQTPCQ8HXSKGK82",
        "originalReference": "",
        "merchantAccountCode": ACCOUNT,
        "merchantReference": "order-7",
        "amount": {"value": 1999, "currency": "EUR"},
        "eventCode": "AUTHORISATION",
        "success": "true",
        "eventDate": "2026-03-01T13:00:00+01:00",
        **changes,
    }
    amount = item["amount"]
    names = ("pspReference", "originalReference", "merchantAccountCode", "merchantReference")
    fields = [*(item[name] for name in names), str(amount["value"]), amount["currency"], item["eventCode"]]
    text = ":".join([*fields, item["success"]]).encode()
    signature = base64.b64encode(hmac_sha256(bytes.fromhex(key), text)).decode()
    return {**item, "additionalData": {"hmacSignature": signature, "metadata.payment_id": "pay_1"}}


def adyen_body(*items: dict[str, Any], live: str = "false") -> bytes:
    return orjson.dumps({"live": live, "notificationItems": [{"NotificationRequestItem": item} for item in items]})


def only(scheme: IpnScheme, raw: bytes, headers: Sequence[tuple[str, str]] = ()) -> IpnEvent:
    """Return the one event of a body."""
    events = scheme.split(raw, headers)
    assert not isinstance(events, Rejected)
    (event,) = events
    assert isinstance(event, IpnEvent)
    return event
