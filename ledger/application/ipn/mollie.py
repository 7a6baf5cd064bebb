"""Mollie's notifications: classic ones name a payment and prove nothing; newer ones are signed events."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from typing_extensions import override

from ledger.application.ipn import reading
from ledger.application.ipn.event import IpnEvent, References, Split
from ledger.application.ipn.scheme import MAX_HEADER, Headers, IpnScheme, header
from ledger.application.ipn.signatures import any_equal, first_fitting, hex_digest, unsuitable
from ledger.application.ipn.strict_json import Json, read
from ledger.application.ipn.verdict import Reason, Rejected, UnsignedHint, Verdict
from ledger.application.secret import SecretVersion

HEADER: Final = "x-mollie-signature"
_PREFIX: Final = "sha256="
_HINT = re.compile(rb"id=([a-z]{2,8}_[A-Za-z0-9]{1,64})")
# While a secret is rotated the header is sent once for each.
_MOST_SIGNATURES: Final = 4


class Mollie(IpnScheme):
    """Signed: hex HMAC-SHA256 of the body in a header. Unsigned: `id=tr_…` as a form, to be fetched back."""

    @override
    def authenticate(self, raw: bytes, headers: Headers, secrets: Sequence[SecretVersion], now: datetime) -> Verdict:
        bad = unsuitable(raw)
        if bad:
            return bad
        values = header(headers, HEADER)
        if not values:
            return UnsignedHint() if _HINT.fullmatch(raw) else Rejected(Reason.HEADER_MISSING, HEADER)
        if len(values) > _MOST_SIGNATURES:
            return Rejected(Reason.HEADER_REPEATED, HEADER)
        if not all(value.isascii() and len(value) <= MAX_HEADER for value in values):
            return Rejected(Reason.HEADER_MALFORMED, HEADER)
        signatures = [value.removeprefix(_PREFIX) for value in values]
        return first_fitting(secrets, now, lambda key: any_equal(hex_digest(key, raw), signatures))

    @override
    def split(self, raw: bytes, headers: Headers) -> Split:
        bad = unsuitable(raw)
        if bad:
            return bad
        hint = _HINT.fullmatch(raw)
        if hint:
            return (_hint(hint[1].decode(), raw),)
        body = read(raw)
        return body if isinstance(body, Rejected) else _event(body, raw)


def _hint(object_id: str, raw: bytes) -> IpnEvent:
    references = References(provider_id=object_id)
    return IpnEvent((object_id,), "hint", object_id, references, livemode=None, raw_slice=raw, occurred_at=None)


def _event(body: Json, raw: bytes) -> Split:
    event_id, kind = reading.text(body, "id"), reading.text(body, "type")
    if event_id is None or kind is None:
        return Rejected(Reason.BODY_UNEXPECTED)
    about = reading.inner(body, "_embedded", "entity")
    object_id = reading.text(body, "entityId") or reading.text(about, "id")
    mode = reading.text(about, "mode")
    is_payment = (object_id or "").startswith("tr_")
    return (
        IpnEvent(
            dedupe_key=(event_id,),
            type=kind,
            object_id=object_id,
            references=References(
                payment_id=reading.text(about, "metadata", "payment_id"),
                provider_id=object_id if is_payment else reading.text(about, "paymentId"),
            ),
            livemode={"live": True, "test": False}.get(mode or ""),
            raw_slice=raw,
            occurred_at=reading.moment(body.get("createdAt")),
        ),
    )
