"""What is shown of a mail: what it is about, to whom it goes as far as others may see it, and what became of it."""

from typing import Any
from uuid import UUID

from typing_extensions import override

from ledger.application import ids
from ledger.application.mapper import Envelope
from ledger.application.views import Document
from ledger.domain.mail import Mail, MailStatus
from ledger.domain.values import masked
from projections.stream_view import StreamView


class Mails(StreamView):
    """One document per mail, the fold of its stream, without its text; those about one thing are a series."""

    name = "mails"
    form = 1
    topics = frozenset({"mail.queued", "mail.sent", "mail.failed"})

    @override
    def begin(self, envelope: Envelope, position: int, now: str) -> Document:
        event = envelope.event
        assert isinstance(event, Mail.Queued), "a mail begins by being queued"
        terms = event.terms
        owner, mode, about = terms.organization_id, terms.mode.value, ids.outside(terms.kind, terms.about)
        body = {
            "id": ids.outside("mail", event.originator_id),
            "object": "mail",
            "mode": mode,
            "about": about,
            "to": None if terms.to is None else masked(terms.to),
            "subject": terms.subject,
            "status": MailStatus.QUEUED.value,
            "reason": None,
            "created_at": now,
            "updated_at": now,
        }
        series = series_of(owner, mode, about)
        return Document(event.originator_id, position, event.originator_version, position, owner, mode, body, series)

    @override
    def changes(self, document: Document, envelope: Envelope) -> dict[str, Any]:
        match envelope.event:
            case Mail.Sent():
                return {"status": MailStatus.SENT.value}
            case Mail.Failed(reason=reason):
                return {"status": MailStatus.FAILED.value, "reason": reason}
            case other:
                raise AssertionError(f"the view of mails is not made of {other!r}")


def series_of(organization_id: UUID, mode: str, about: str) -> str:
    """Name what was mailed on behalf of one merchant about one thing (`pay_…`), which may be anybody's."""
    return f"{organization_id.hex}:{mode}:{about}"
