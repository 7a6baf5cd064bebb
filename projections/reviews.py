"""What is shown of a review: what a person is called for, and why it may rest."""

from typing import Any
from uuid import UUID

from typing_extensions import override

from ledger.application import ids
from ledger.application.mapper import Envelope
from ledger.application.views import Document
from ledger.domain.review import Review
from projections.stream_view import StreamView


class Reviews(StreamView):
    """One document per review, the fold of its stream; those that are open are a series of their own."""

    name = "reviews"
    form = 1
    topics = frozenset({"review.opened", "review.raised", "review.closed"})

    @override
    def begin(self, envelope: Envelope, position: int, now: str) -> Document:
        event = envelope.event
        assert isinstance(event, Review.Opened), "a review begins by being opened"
        terms = event.terms
        body = {
            "id": ids.outside("review", event.originator_id),
            "object": "review",
            "mode": terms.mode.value,
            "status": "open",
            "reason": terms.doubt.value,
            "subject": ids.outside(terms.kind, terms.subject),
            "work_item": terms.work_item,
            "detail": event.detail,
            "times_raised": 1,
            "resolution": None,
            "note": None,
            "closed_by": None,
            "created_at": now,
            "updated_at": now,
        }
        owner, mode = terms.organization_id, terms.mode.value
        series = open_series(owner, mode)
        return Document(event.originator_id, position, event.originator_version, position, owner, mode, body, series)

    @override
    def changes(self, document: Document, envelope: Envelope) -> dict[str, Any]:
        match envelope.event:
            case Review.Raised(detail=detail):
                times = document.body["times_raised"] + 1
                unsaid = {"resolution": None, "note": None, "closed_by": None}
                return {"status": "open", "detail": detail, "times_raised": times, **unsaid}
            case Review.Closed(resolution=resolution, note=note):
                closed_by = envelope.context.actor
                return {"status": "closed", "resolution": resolution.value, "note": note, "closed_by": closed_by}
            case other:
                raise AssertionError(f"the view of reviews is not made of {other!r}")

    @override
    def series(self, document: Document) -> str | None:
        is_open = document.body["status"] == "open"
        return open_series(document.organization_id, document.mode) if is_open else None


def open_series(organization_id: UUID, mode: str) -> str:
    """Name the series of all open reviews of an organization and mode."""
    return f"{organization_id.hex}/{mode}/open"
