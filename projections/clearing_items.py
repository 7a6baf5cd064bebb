"""What is shown of an item in clearing: what a provider's reports say of one thing, and what that comes to."""

from typing import Any
from uuid import UUID

from typing_extensions import override

from ledger.application import ids
from ledger.application.codec import moment_text
from ledger.application.mapper import Envelope
from ledger.application.views import Document
from ledger.domain.clearing import Found, Line
from ledger.domain.clearing_item import ClearingItem
from ledger.domain.values import Mode
from projections.checkout_status import money
from projections.stream_view import StreamView


def open_series(organization_id: UUID, mode: Mode) -> str:
    """Name the series of all open items of an organization and mode."""
    return f"{organization_id.hex}/{mode.value}/open"


class ClearingItems(StreamView):
    """One document per item, the fold of its stream; those that are open are a series of their own."""

    name = "clearing_items"
    form = 1
    topics = frozenset(
        {
            "clearing_item.noted",
            "clearing_item.reported",
            "clearing_item.judged",
            "clearing_item.missed",
            "clearing_item.closed",
        }
    )

    @override
    def begin(self, envelope: Envelope, position: int, now: str) -> Document:
        assert isinstance(envelope.event, ClearingItem.Noted), "an item begins by being noted"
        return _noted(envelope.event, position, now)

    @override
    def changes(self, document: Document, envelope: Envelope) -> dict[str, Any]:
        return _changes(document, envelope)

    @override
    def series(self, document: Document) -> str | None:
        is_open = document.body["status"] == "open"
        return open_series(document.organization_id, Mode(document.mode)) if is_open else None


def _noted(event: ClearingItem.Noted, position: int, now: str) -> Document:
    terms = event.terms
    body: dict[str, Any] = {
        "id": ids.outside("clearing_item", event.originator_id),
        "object": "clearing_item",
        "mode": terms.mode.value,
        "subject": terms.subject,
        "provider": terms.provider,
        "provider_account": terms.provider_account,
        "status": "open",
        "found": None,
        "expected": None,
        "lines": [],
        "reason": None,
        "created_at": now,
        "updated_at": now,
    }
    owner, mode = terms.organization_id, terms.mode.value
    series = open_series(owner, terms.mode)
    return Document(event.originator_id, position, event.originator_version, position, owner, mode, body, series)


def _changes(document: Document, envelope: Envelope) -> dict[str, Any]:
    changes: dict[str, Any]
    match envelope.event:
        case ClearingItem.Reported(line=line, found=found):
            changes = {**_found(found), "lines": [*document.body["lines"], _line(line)]}
        case ClearingItem.Judged(found=found):
            changes = _found(found)
        case ClearingItem.Missed(expected=expected, found=found):
            changes = {**_found(found), "expected": money(expected)}
        case ClearingItem.Closed(reason=reason):
            changes = {"status": "closed", "reason": reason}
        case other:
            raise AssertionError(f"the view of items is not made of {other!r}")
    return changes


def _found(found: Found) -> dict[str, Any]:
    status = "matched" if found is Found.MATCHED else "open"
    return {"status": status, "found": found.value, "reason": None}


def _line(line: Line) -> dict[str, Any]:
    return {
        "line_id": line.line_id,
        "kind": line.kind.value,
        "occurred_at": moment_text(line.occurred_at),
        "currency": line.currency,
        "gross_minor": line.gross_minor,
        "fee_minor": line.fee_minor,
        "net_minor": line.net_minor,
        "payout": line.payout,
    }
