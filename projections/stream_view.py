"""A view of one document per stream: the fold of the stream it is named after."""

from abc import abstractmethod
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from typing_extensions import override

from ledger.application.codec import moment_text
from ledger.application.mapper import Envelope
from ledger.application.views import Document
from ledger.domain.aggregate import Created
from projections.view import View


class StreamView(View):
    """Keyed by the stream; it begins with the stream's first event, and each later one changes some of its body."""

    @abstractmethod
    def begin(self, envelope: Envelope, position: int, now: str) -> Document:
        """Return the document after the first event, which was recorded at `now` (RFC 3339)."""

    @abstractmethod
    def changes(self, document: Document, envelope: Envelope) -> dict[str, Any]:
        """Return the members of the body that a later event changes."""

    def series(self, document: Document) -> str | None:
        """Return the series that a changed document belongs to; the one it was in, unless something else is said."""
        return document.series

    @override
    def key(self, envelope: Envelope) -> UUID:
        return envelope.event.originator_id

    @override
    def evolve(self, document: Document | None, position: int, envelope: Envelope) -> Document:
        event, now = envelope.event, moment_text(envelope.recorded_at)
        if isinstance(event, Created):
            return self.begin(envelope, position, now)
        assert document is not None, f"nothing in {self.name} comes before the first event of its stream"
        body = {**document.body, "updated_at": now, **self.changes(document, envelope)}
        changed = replace(document, position=position, version=event.originator_version, body=body)
        series = self.series(changed)
        return changed if series == changed.series else replace(changed, series=series)

    @override
    def as_seen(self, document: Document, now: datetime) -> Document:
        return document

    @override
    def changes_at(self, document: Document) -> datetime | None:
        return None
