"""Stripe's notifications: one event each, signed with a time in one header (docs.stripe.com/webhooks)."""

from collections.abc import Sequence
from datetime import datetime

from typing_extensions import override

from ledger.application.ipn import reading
from ledger.application.ipn.event import IpnEvent, References, Split
from ledger.application.ipn.scheme import Headers, IpnScheme, one_header
from ledger.application.ipn.signatures import any_equal, first_fitting, hex_digest, seconds, timely, unsuitable
from ledger.application.ipn.strict_json import Json, read
from ledger.application.ipn.verdict import Reason, Rejected, Verdict
from ledger.application.secret import SecretVersion

HEADER = "stripe-signature"


class Stripe(IpnScheme):
    """`t=<seconds>,v1=<hex>`: HMAC-SHA256 of `<t>.<body>` under the secret as text; other schemes do not count."""

    @override
    def authenticate(self, raw: bytes, headers: Headers, secrets: Sequence[SecretVersion], now: datetime) -> Verdict:
        bad = unsuitable(raw)
        if bad:
            return bad
        value = one_header(headers, HEADER)
        if isinstance(value, Rejected):
            return value
        signed_at, signatures = _parts(value)
        if signed_at is None:
            return Rejected(Reason.HEADER_MALFORMED, HEADER)
        if not signatures:
            return Rejected(Reason.SIGNATURE_MISSING, HEADER)
        message = b"%d.%b" % (signed_at, raw)
        verdict = first_fitting(secrets, now, lambda key: any_equal(hex_digest(key, message), signatures))
        # The time comes last: only who knows the secret learns that the clock is wrong.
        return verdict if isinstance(verdict, Rejected) else timely(signed_at, now) or verdict

    @override
    def split(self, raw: bytes, headers: Headers) -> Split:
        event = unsuitable(raw) or read(raw)
        if isinstance(event, Rejected):
            return event
        event_id, kind = reading.text(event, "id"), reading.text(event, "type")
        if event_id is None or kind is None:
            return Rejected(Reason.BODY_UNEXPECTED)
        about = reading.inner(event, "data", "object") or reading.inner(event, "related_object")
        return (
            IpnEvent(
                dedupe_key=(event_id,),
                type=kind,
                object_id=reading.text(about, "id"),
                references=_references(about),
                livemode=reading.flag(event, "livemode"),
                raw_slice=raw,
                occurred_at=reading.moment(event.get("created")),
            ),
        )


def _parts(value: str) -> tuple[int | None, list[str]]:
    """Return the time, None unless it stands there once, and the `v1` signatures."""
    times: list[str] = []
    signatures: list[str] = []
    for part in value.split(","):
        if part.startswith("t="):
            times.append(part[2:])
        elif part.startswith("v1="):
            signatures.append(part[3:])
    return (seconds(times[0]) if len(times) == 1 else None), signatures


def _references(about: Json) -> References:
    # Charges, refunds and disputes name their intent, which may be there whole; an intent is its own.
    is_intent = about.get("object") == "payment_intent" or about.get("type") == "payment_intent"
    own = reading.text(about, "id") if is_intent else None
    intent = reading.text(about, "payment_intent") or reading.text(about, "payment_intent", "id")
    return References(
        payment_id=reading.text(about, "metadata", "payment_id"),
        merchant_reference=reading.text(about, "client_reference_id"),
        provider_id=own or intent,
    )
