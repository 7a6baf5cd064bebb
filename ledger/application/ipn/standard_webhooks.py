"""Standard Webhooks (standardwebhooks.com): id, time and body under one signature, symmetric or not."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from typing_extensions import override

from ledger.application.ipn import reading
from ledger.application.ipn.event import IpnEvent, References, Split
from ledger.application.ipn.scheme import Headers, IpnScheme, header, one_header
from ledger.application.ipn.signatures import any_equal, base64_digest, first_fitting, seconds, timely, unsuitable
from ledger.application.ipn.strict_json import read
from ledger.application.ipn.verdict import Reason, Rejected, Verdict
from ledger.application.secret import SecretVersion

# Svix, from whose scheme the standard was made, still sends its own names.
PREFIXES: Final = ("webhook-", "svix-")
_SYMMETRIC: Final = b"whsec_"
_PUBLIC: Final = b"whpk_"
_KEY_BYTES: Final = 32
_MOST_SIGNATURES: Final = 16


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What the three headers say."""

    message_id: str
    signed_at: int
    signatures: tuple[tuple[str, str], ...]

    def of(self, version: str) -> list[str]:
        return [signature for each, signature in self.signatures if each == version]


class StandardWebhooks(IpnScheme):
    """`v1` is base64 HMAC-SHA256 under a `whsec_` secret, `v1a` Ed25519 under a `whpk_` public key."""

    @override
    def authenticate(self, raw: bytes, headers: Headers, secrets: Sequence[SecretVersion], now: datetime) -> Verdict:
        bad = unsuitable(raw)
        if bad:
            return bad
        envelope = _envelope(headers)
        if isinstance(envelope, Rejected):
            return envelope
        message = b"%b.%d.%b" % (envelope.message_id.encode(), envelope.signed_at, raw)
        verdict = first_fitting(secrets, now, lambda secret: _fits(secret, message, envelope))
        return verdict if isinstance(verdict, Rejected) else timely(envelope.signed_at, now) or verdict

    @override
    def split(self, raw: bytes, headers: Headers) -> Split:
        message_id = one_header(headers, _prefix(headers) + "id")
        body = unsuitable(raw) or read(raw)
        if isinstance(body, Rejected):
            return body
        kind = reading.text(body, "type")
        if isinstance(message_id, Rejected) or not 0 < len(message_id) <= reading.LONGEST_TEXT or kind is None:
            return Rejected(Reason.BODY_UNEXPECTED)
        about = reading.inner(body, "data")
        return (
            IpnEvent(
                dedupe_key=(message_id,),
                type=kind,
                object_id=reading.text(about, "id"),
                references=References(
                    payment_id=reading.text(about, "metadata", "payment_id"),
                    merchant_reference=reading.text(about, "merchant_reference"),
                    provider_id=reading.text(about, "id"),
                ),
                livemode=reading.flag(body, "livemode"),
                raw_slice=raw,
                occurred_at=reading.moment(body.get("timestamp")),
            ),
        )


def _prefix(headers: Headers) -> str:
    return next((prefix for prefix in PREFIXES if header(headers, prefix + "id")), PREFIXES[0])


def _envelope(headers: Headers) -> _Envelope | Rejected:
    prefix = _prefix(headers)
    values: list[str] = []
    for name in ("id", "timestamp", "signature"):
        value = one_header(headers, prefix + name)
        if isinstance(value, Rejected):
            return value
        values.append(value)
    message_id, time, listed = values
    signed_at = seconds(time)
    # A dot in the id could pass for the one after it: `a.1` at 2 and `a` at 1 with a body that begins with `2.`.
    if not 0 < len(message_id) <= reading.LONGEST_TEXT or "." in message_id:
        return Rejected(Reason.HEADER_MALFORMED, prefix + "id")
    if signed_at is None:
        return Rejected(Reason.HEADER_MALFORMED, prefix + "timestamp")
    pairs = [each.partition(",") for each in listed.split(" ") if each]
    if len(pairs) > _MOST_SIGNATURES:
        return Rejected(Reason.HEADER_MALFORMED, prefix + "signature")
    return _Envelope(message_id, signed_at, tuple((version, signature) for version, _, signature in pairs))


def _fits(secret: bytes, message: bytes, envelope: _Envelope) -> bool | None:
    if secret.startswith(_PUBLIC):
        key = _decoded(secret.removeprefix(_PUBLIC))
        return _is_signed_by(key, message, envelope.of("v1a")) if len(key) == _KEY_BYTES else None
    key = _decoded(secret.removeprefix(_SYMMETRIC))
    return any_equal(base64_digest(key, message), envelope.of("v1")) if key else None


def _is_signed_by(key: bytes, message: bytes, signatures: Sequence[str]) -> bool:
    public_key = Ed25519PublicKey.from_public_bytes(key)
    for signature in signatures:
        try:
            public_key.verify(_decoded(signature.encode()), message)
        except InvalidSignature:
            continue
        return True
    return False


def _decoded(text: bytes) -> bytes:
    """Decode base64, padded or not; nothing for what is none."""
    try:
        return base64.b64decode(text.rstrip(b"=") + b"=" * (-len(text.rstrip(b"=")) % 4), validate=True)
    except binascii.Error:
        return b""
