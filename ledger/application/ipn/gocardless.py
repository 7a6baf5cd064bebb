"""GoCardless's notifications: up to 250 events under one signature, which has no time in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from typing_extensions import override

from ledger.application.ipn import reading
from ledger.application.ipn.event import IpnEvent, Malformed, References, Split
from ledger.application.ipn.scheme import MAX_EVENTS, Headers, IpnScheme, one_header
from ledger.application.ipn.signatures import any_equal, first_fitting, hex_digest, unsuitable
from ledger.application.ipn.strict_json import elements, read
from ledger.application.ipn.verdict import Ack, Reason, Rejected, Verdict
from ledger.application.secret import SecretVersion

HEADER: Final = "webhook-signature"


class GoCardless(IpnScheme):
    """Hex HMAC-SHA256 of the body. Only the ids of the events tell a replay from news."""

    accepted = Ack(204)
    refused = 498  # GoCardless's own: "Token invalid"
    batched = True

    @override
    def authenticate(self, raw: bytes, headers: Headers, secrets: Sequence[SecretVersion], now: datetime) -> Verdict:
        bad = unsuitable(raw)
        if bad:
            return bad
        value = one_header(headers, HEADER)
        if isinstance(value, Rejected):
            return value
        return first_fitting(secrets, now, lambda key: any_equal(hex_digest(key, raw), [value]))

    @override
    def split(self, raw: bytes, headers: Headers) -> Split:
        batch = unsuitable(raw) or elements(raw, "events", most=MAX_EVENTS)
        return batch if isinstance(batch, Rejected) else tuple(_event(each) for each in batch[1])


def _event(raw_slice: bytes) -> IpnEvent | Malformed:
    event = read(raw_slice)
    if isinstance(event, Rejected):
        return Malformed(event.reason, raw_slice)
    event_id, action = reading.text(event, "id"), reading.text(event, "action")
    resources = reading.text(event, "resource_type")
    if event_id is None or action is None or resources is None:
        return Malformed(Reason.BODY_UNEXPECTED, raw_slice)
    return IpnEvent(
        dedupe_key=(event_id,),
        type=f"{resources}.{action}",
        object_id=reading.text(event, "links", resources.removesuffix("s")),
        references=References(
            # The event's own metadata are older than those of the resource, and often empty.
            payment_id=reading.text(event, "resource_metadata", "payment_id")
            or reading.text(event, "metadata", "payment_id"),
            provider_id=reading.text(event, "links", "payment")
            or reading.text(event, "links", "refund")
            or reading.text(event, "links", "billing_request"),
        ),
        livemode=None,
        raw_slice=raw_slice,
        occurred_at=reading.moment(event.get("created_at")),
    )
