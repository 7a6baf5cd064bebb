"""What is shown of a notification to a merchant: what it tells of, and whether they have it."""

from typing import Any
from uuid import UUID

from typing_extensions import override

from ledger.application import ids
from ledger.application.mapper import Envelope
from ledger.application.views import Document
from ledger.domain.notification import Notification, NotificationStatus
from projections.stream_view import StreamView


class Notifications(StreamView):
    """One document per notification, the fold of its stream; those for one endpoint are a series."""

    name = "notifications"
    form = 1
    topics = frozenset(
        {"notification.queued", "notification.delivered", "notification.failed", "notification.resend_requested"}
    )

    @override
    def begin(self, envelope: Envelope, position: int, now: str) -> Document:
        event = envelope.event
        assert isinstance(event, Notification.Queued), "a notification begins by being queued"
        terms = event.terms
        owner, mode = terms.organization_id, terms.mode.value
        endpoint = ids.outside("endpoint", terms.endpoint_id)
        body = {
            "id": ids.outside("notification", event.originator_id),
            "object": "notification",
            "mode": mode,
            "type": terms.type,
            # A type is named after the kind of thing that it is about.
            "about": ids.outside(terms.type.partition(".")[0], terms.about),
            "position": terms.position,
            "endpoint_id": endpoint,
            **_standing(NotificationStatus.QUEUED),
            "created_at": now,
            "updated_at": now,
        }
        series = series_of(owner, mode, endpoint)
        return Document(event.originator_id, position, event.originator_version, position, owner, mode, body, series)

    @override
    def changes(self, document: Document, envelope: Envelope) -> dict[str, Any]:
        match envelope.event:
            case Notification.Delivered(http_status=http_status):
                return _standing(NotificationStatus.DELIVERED, http_status=http_status)
            case Notification.Failed(reason=reason, http_status=http_status):
                return _standing(NotificationStatus.FAILED, reason, http_status)
            case Notification.ResendRequested():
                return _standing(NotificationStatus.QUEUED)
            case other:
                raise AssertionError(f"the view of notifications is not made of {other!r}")


def series_of(organization_id: UUID, mode: str, endpoint: str) -> str:
    """Name what one merchant is told at an endpoint (`we_…`), which may be anybody's."""
    return f"{organization_id.hex}:{mode}:{endpoint}"


def _standing(
    status: NotificationStatus, reason: str | None = None, http_status: int | None = None
) -> dict[str, Any]:
    return {"status": status.value, "reason": reason, "http_status": http_status}
