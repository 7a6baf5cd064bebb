"""What a view is: a pure fold of events into documents, and how a document looks at a moment."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from ledger.application.mapper import Envelope
from ledger.application.views import Document


class View(Protocol):
    """A fold of events into documents. It knows no clock, no network and no chance (EVT-6)."""

    @property
    def name(self) -> str:
        """The view's name, which is also its collections' name."""
        ...

    @property
    def form(self) -> int:
        """The number of the form of its documents.

        It goes up whenever events that were recorded before would leave other documents than they did; what is
        stored in an older form is then built anew.
        """
        ...

    @property
    def topics(self) -> frozenset[str]:
        """The topics of the events it is made of."""
        ...

    def key(self, envelope: Envelope) -> UUID:
        """Return the id of the document which the event concerns."""
        ...

    def evolve(self, document: Document | None, position: int, envelope: Envelope) -> Document:
        """Return the document after the event at `position`; there is none before the first."""
        ...

    def as_seen(self, document: Document, now: datetime) -> Document:
        """Return the document as it looks at `now`: some things happen by the passing of time alone."""
        ...

    def changes_at(self, document: Document) -> datetime | None:
        """Return the moment from which the document looks different without any event, None if there is none."""
        ...


def advance(view: View, document: Document | None, position: int, envelope: Envelope) -> Document:
    """Evolve `document` unless it reflects the event already: applying a page twice changes nothing."""
    if document is not None and document.position >= position:
        return document
    return view.evolve(document, position, envelope)
