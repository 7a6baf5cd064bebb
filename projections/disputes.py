"""What is shown of a dispute: where it stands, until when evidence is heard, and what it took."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import override

from ledger.application import ids
from ledger.application.codec import moment_text
from ledger.application.mapper import Envelope
from ledger.application.views import Document
from ledger.domain.dispute import Dispute
from ledger.domain.disputing import DisputeStatus
from ledger.domain.money import Money
from projections.checkout_status import money
from projections.stream_view import StreamView


class Disputes(StreamView):
    """One document per dispute, the fold of its stream."""

    name = "disputes"
    form = 2
    topics = frozenset(
        {
            "dispute.opened",
            "dispute.evidence_due",
            "dispute.moved",
            "dispute.funds_withdrawn",
            "dispute.fee_charged",
            "dispute.fee_returned",
            "dispute.funds_reinstated",
            "dispute.won",
            "dispute.lost",
            "dispute.closed",
        }
    )

    @override
    def begin(self, envelope: Envelope, position: int, now: str) -> Document:
        assert isinstance(envelope.event, Dispute.Opened), "a dispute begins by being opened"
        return _opened(envelope.event, position, now)

    @override
    def changes(self, document: Document, envelope: Envelope) -> dict[str, Any]:
        return _changes(document.body, envelope)


def _opened(event: Dispute.Opened, position: int, now: str) -> Document:
    terms = event.terms
    nothing = money(Money(0, terms.amount.currency))
    body = {
        "id": ids.outside("dispute", event.originator_id),
        "object": "dispute",
        "mode": terms.mode.value,
        "payment_id": ids.outside("payment", terms.payment_id),
        "status": event.status.value,
        "amount": money(terms.amount),
        "reason": terms.reason,
        "provider": terms.provider,
        "provider_reference": terms.reference,
        "evidence_due_by": None,
        "withdrawn": nothing,
        "fee": nothing,
        "fee_returned": nothing,
        "created_at": now,
        "updated_at": now,
    }
    owner = terms.organization_id
    return Document(event.originator_id, position, event.originator_version, position, owner, terms.mode.value, body)


def _changes(body: Mapping[str, Any], envelope: Envelope) -> dict[str, Any]:
    changes: dict[str, Any]
    nothing = {**body["withdrawn"], "minor": 0}
    match envelope.event:
        case Dispute.EvidenceDue(by=by):
            changes = {"evidence_due_by": moment_text(by)}
        case Dispute.Moved(status=status) | Dispute.Closed(status=status):
            changes = {"status": status.value}
        case Dispute.FundsWithdrawn(amount=amount):
            changes = {"withdrawn": money(amount)}
        case Dispute.FeeCharged(amount=amount):
            changes = {"fee": {**body["fee"], "minor": body["fee"]["minor"] + amount.minor}}
        case Dispute.FeeReturned(amount=amount):
            before = body["fee_returned"]
            changes = {"fee_returned": {**before, "minor": before["minor"] + amount.minor}}
        case Dispute.FundsReinstated():
            changes = {"withdrawn": nothing}
        case Dispute.Won():
            changes = {"status": DisputeStatus.WON.value, "withdrawn": nothing}
        case Dispute.Lost():
            changes = {"status": DisputeStatus.LOST.value}
        case other:
            raise AssertionError(f"the view of disputes is not made of {other!r}")
    return changes
