"""What is shown of an IPN: what it says of itself and what followed from it; what is sealed in it, to nobody."""

from typing import Any
from uuid import UUID

from typing_extensions import override

from ledger.application import ids
from ledger.application.codec import moment_text
from ledger.application.mapper import Envelope
from ledger.application.views import Document
from ledger.domain.ipn import Ipn, IpnStatus
from projections.stream_view import StreamView


class Ipns(StreamView):
    """One document per notification, the fold of its stream; those about one payment are a series."""

    name = "ipns"
    form = 1
    topics = frozenset(
        {"ipn.received", "ipn.parked", "ipn.applied", "ipn.ignored", "ipn.conflicted", "ipn.dead"},
    )

    @override
    def begin(self, envelope: Envelope, position: int, now: str) -> Document:
        assert isinstance(envelope.event, Ipn.Received), "a notification begins by being received"
        return _received(envelope.event, position, now)

    @override
    def changes(self, document: Document, envelope: Envelope) -> dict[str, Any]:
        return _changes(envelope)

    @override
    def series(self, document: Document) -> str | None:
        return series_of(document.organization_id, document.mode, document.body["payment_id"])


def series_of(organization_id: UUID, mode: str, payment: str | None) -> str | None:
    """Name what one merchant was told of a payment (`pay_…`): a notification may claim to be about anybody's."""
    return None if payment is None else f"{organization_id.hex}:{mode}:{payment}"


def _received(event: Ipn.Received, position: int, now: str) -> Document:
    notice, status = event.notice, IpnStatus.RECEIVED
    if event.settled:
        status = IpnStatus.IGNORED if event.agreement is None else IpnStatus.APPLIED
    payment = None if notice.claimed_payment is None else ids.outside("payment", notice.claimed_payment)
    body = {
        "id": ids.outside("ipn", event.originator_id),
        "object": "ipn",
        "mode": notice.mode.value,
        **_status(status, event.ignored),
        "provider": notice.provider,
        "account": notice.account_id,
        "type": notice.type,
        "payment_id": payment,
        "object_id": notice.object_id,
        "provider_reference": notice.provider_reference,
        "occurred_at": None if notice.occurred_at is None else moment_text(notice.occurred_at),
        "received_at": moment_text(event.receipt.received_at),
        "updated_at": now,
    }
    owner, mode = notice.organization_id, notice.mode.value
    return Document(
        event.originator_id,
        position,
        event.originator_version,
        position,
        owner,
        mode,
        body,
        series_of(owner, mode, payment),
    )


def _changes(envelope: Envelope) -> dict[str, Any]:
    match envelope.event:
        case Ipn.Parked(reason=reason):
            return _status(IpnStatus.PARKED, reason)
        case Ipn.Applied(payment_id=payment_id):
            return {**_status(IpnStatus.APPLIED, None), "payment_id": ids.outside("payment", payment_id)}
        case Ipn.Ignored(reason=reason):
            return _status(IpnStatus.IGNORED, reason)
        case Ipn.Conflicted(payment_id=payment_id, reason=reason):
            return {**_status(IpnStatus.CONFLICTED, reason), "payment_id": ids.outside("payment", payment_id)}
        case Ipn.Dead(reason=reason):
            return _status(IpnStatus.DEAD, reason)
        case other:
            raise AssertionError(f"the view of notifications is not made of {other!r}")


def _status(status: IpnStatus, reason: str | None) -> dict[str, Any]:
    return {"status": status.value, "reason": reason}
