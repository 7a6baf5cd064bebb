"""Adyen's notifications: signed item by item over eight fields, or as a whole in a header (docs.adyen.com, HMAC)."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from typing_extensions import override

from ledger.application.ipn import reading
from ledger.application.ipn.event import IpnEvent, Malformed, References, Split
from ledger.application.ipn.scheme import MAX_EVENTS, Headers, IpnScheme, one_header
from ledger.application.ipn.signatures import any_equal, base64_digest, first_fitting, unsuitable
from ledger.application.ipn.strict_json import Json, elements, read
from ledger.application.ipn.verdict import Ack, Reason, Rejected, Verdict
from ledger.application.secret import SecretVersion

HEADER: Final = "hmacsignature"
_ARRAY: Final = "notificationItems"
_ITEM: Final = "NotificationRequestItem"
_OURS: Final = "pay_"
_HEXADECIMAL = re.compile(rb"(?:[0-9a-fA-F]{2}){16,64}")
_AMOUNT = re.compile(r"-?[0-9]{1,18}")


class Adyen(IpnScheme):
    """Every item must be signed, and for our merchant account; None checks no account, for checks by hand alone.

    The signature of an item covers its eight fields and nothing else: reason, metadata, dates and whether it is live
    are as trustworthy as the way they came.
    """

    accepted = Ack(200, b"[accepted]")
    batched = True

    def __init__(self, merchant_account: str | None) -> None:
        """`merchant_account` is the code that notifications must bear."""
        self._merchant_account = merchant_account

    @override
    def authenticate(self, raw: bytes, headers: Headers, secrets: Sequence[SecretVersion], now: datetime) -> Verdict:
        bad = unsuitable(raw)
        if bad:
            return bad
        body = read(raw)
        if isinstance(body, Rejected):
            return body
        if _ARRAY in body:
            return self._authenticate_items(body, secrets, now)
        return self._authenticate_body(raw, body, headers, secrets, now)

    @override
    def split(self, raw: bytes, headers: Headers) -> Split:
        bad = unsuitable(raw)
        if bad:
            return bad
        body = read(raw)
        if isinstance(body, Rejected):
            return body
        if _ARRAY not in body:
            return _platform_event(raw, body)
        batch = elements(raw, _ARRAY, most=MAX_EVENTS)
        if isinstance(batch, Rejected):
            return batch
        return tuple(_event(each, live=reading.flag(body, "live")) for each in batch[1]) or Rejected(
            Reason.BODY_UNEXPECTED
        )

    @override
    def named_by(self, reference: str) -> tuple[str, ...] | None:
        return (reference, "AUTHORISATION", "true", self._merchant_account or "")

    def _authenticate_items(self, body: Json, secrets: Sequence[SecretVersion], now: datetime) -> Verdict:
        items = _items(body)
        if isinstance(items, Rejected):
            return items
        signed = [(_signed_text(item), reading.text(item, "additionalData", "hmacSignature")) for item in items]
        if any(signature is None or not signature.isascii() for _, signature in signed):
            return Rejected(Reason.SIGNATURE_MISSING, "additionalData.hmacSignature")
        texts = [(text, signature or "") for text, signature in signed if text is not None]
        if len(texts) < len(items):
            return Rejected(Reason.BODY_UNEXPECTED, _ITEM)
        verdict = first_fitting(secrets, now, lambda key: _all_fit(key, texts))
        if isinstance(verdict, Rejected):
            return verdict
        return self._not_ours([item.get("merchantAccountCode") for item in items]) or verdict

    def _authenticate_body(
        self, raw: bytes, body: Json, headers: Headers, secrets: Sequence[SecretVersion], now: datetime
    ) -> Verdict:
        signature = one_header(headers, HEADER)
        if isinstance(signature, Rejected):
            return signature
        verdict = first_fitting(secrets, now, lambda key: _all_fit(key, [(raw, signature)]))
        if isinstance(verdict, Rejected):
            return verdict
        # Notifications of a balance platform name no merchant; those that do must name ours.
        named = reading.text(body, "data", "merchantId")
        return (self._not_ours([named]) if named else None) or verdict

    def _not_ours(self, accounts: Sequence[object]) -> Rejected | None:
        if self._merchant_account is None or all(account == self._merchant_account for account in accounts):
            return None
        return Rejected(Reason.WRONG_ACCOUNT, "merchantAccountCode")


def _items(body: Json) -> list[Json] | Rejected:
    listed = body[_ARRAY]
    if not isinstance(listed, list) or not listed:
        return Rejected(Reason.BODY_UNEXPECTED, _ARRAY)
    if len(listed) > MAX_EVENTS:
        return Rejected(Reason.TOO_MANY_EVENTS, _ARRAY)
    items = [reading.inner(each, _ITEM) if isinstance(each, dict) else {} for each in listed]
    return items if all(items) else Rejected(Reason.BODY_UNEXPECTED, _ITEM)


def _signed_text(item: Json) -> bytes | None:
    """Return the eight fields joined, None if they could be cut at the colons in another way.

    Adyen escapes nothing. Only the merchant's own reference, between three fields and four, may hold colons.
    """
    success = item.get("success")
    fields = [
        item.get("pspReference"),
        item.get("originalReference") or "",
        item.get("merchantAccountCode"),
        item.get("merchantReference") or "",
        *_amount(item.get("amount")),
        item.get("eventCode"),
        str(success).lower() if isinstance(success, bool) else success,
    ]
    texts = [field for field in fields if isinstance(field, str)]
    if len(texts) < len(fields) or any(":" in text for text in texts[:3] + texts[4:]):
        return None
    return ":".join(texts).encode()


def _amount(amount: object) -> tuple[object, object]:
    """Return value and currency as they are signed, None for what cannot be: both empty where there is no amount."""
    if amount is None:
        return "", ""
    if not isinstance(amount, dict):
        return None, None
    value = amount.get("value")
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return text if isinstance(text, str) and _AMOUNT.fullmatch(text) else None, amount.get("currency")


def _all_fit(key: bytes, signed: Sequence[tuple[bytes, str]]) -> bool | None:
    if not _HEXADECIMAL.fullmatch(key):
        return None
    raw_key = bytes.fromhex(key.decode())
    return all(any_equal(base64_digest(raw_key, text), [signature]) for text, signature in signed)


def _event(raw_slice: bytes, *, live: bool | None) -> IpnEvent | Malformed:
    wrapped = read(raw_slice)
    if isinstance(wrapped, Rejected):
        return Malformed(wrapped.reason, raw_slice)
    item = reading.inner(wrapped, _ITEM)
    psp_reference, kind = reading.text(item, "pspReference"), reading.text(item, "eventCode")
    account, success = reading.text(item, "merchantAccountCode"), reading.flag(item, "success")
    if psp_reference is None or kind is None or account is None or success is None:
        return Malformed(Reason.BODY_UNEXPECTED, raw_slice)
    return IpnEvent(
        dedupe_key=(psp_reference, kind, str(success).lower(), account),
        type=kind,
        object_id=psp_reference,
        references=_references(item, psp_reference),
        livemode=live,
        raw_slice=raw_slice,
        occurred_at=reading.moment(item.get("eventDate")),
    )


def _references(item: Json, psp_reference: str) -> References:
    # Our own id is the reference of a link, which is signed; metadata are not. A link is what we know a payment by.
    reference = reading.text(item, "merchantReference")
    ours = reference if reference is not None and reference.startswith(_OURS) else None
    return References(
        payment_id=ours or reading.text(item, "additionalData", "metadata.payment_id"),
        merchant_reference=reference,
        provider_id=reading.text(item, "additionalData", "paymentLinkId")
        or reading.text(item, "originalReference")
        or psp_reference,
    )


def _platform_event(raw: bytes, body: Json) -> Split:
    """Read a notification about a merchant or a balance platform; it has no id, so its bytes are its key."""
    kind = reading.text(body, "type")
    if kind is None:
        return Rejected(Reason.BODY_UNEXPECTED)
    about = reading.inner(body, "data")
    environment = reading.text(body, "environment")
    return (
        IpnEvent(
            dedupe_key=("sha256", hashlib.sha256(raw).hexdigest()),
            type=kind,
            object_id=reading.text(about, "id") or reading.text(about, "merchantId"),
            references=References(merchant_reference=reading.text(about, "reference")),
            livemode=None if environment is None else environment == "live",
            raw_slice=raw,
            occurred_at=reading.moment(body.get("timestamp") or body.get("createdAt")),
        ),
    )
