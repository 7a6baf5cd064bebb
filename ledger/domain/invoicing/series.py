"""The numbers of documents: one series for each organization, mode and kind, each number given once (INV-2, INV-3).

A series is kept in volumes of a hundred numbers each, so that no stream grows without end. The next volume begins
when the last one is full, and not before, so that the series goes on where it stood.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.invoicing.document import DocumentKind
from ledger.domain.values import Mode

VOLUME: Final = 100
"""So many numbers are in one volume. It is part of what numbers are made of, and never changes."""


@dataclass(frozen=True, slots=True)
class SeriesTerms:
    """Whose series this is, of what, and which of its volumes, counted from 0."""

    organization_id: UUID
    mode: Mode
    kind: DocumentKind
    volume: int


class DocumentSeries(aggregate.Aggregate):
    """One volume of a series of numbers."""

    TOPIC = "document_series"

    class Event(aggregate.Event):
        """A fact about a series."""

    class Opened(Event, aggregate.Created):
        """The first document, or the first after a volume was full, is about to be numbered."""

        TOPIC = "document_series.opened"
        terms: SeriesTerms

    class Numbered(Event):
        """A document has this number; its own first event is in the same append: neither is without the other."""

        TOPIC = "document_series.numbered"
        number: int
        document_id: UUID

    @event(Opened)
    def __init__(self, terms: SeriesTerms) -> None:
        self.terms = terms
        self.last = terms.volume * VOLUME

    @classmethod
    def open(cls, volume_id: UUID, terms: SeriesTerms) -> "DocumentSeries":
        """Open a volume, whose id is derived from its terms; the one before it is full."""
        series: DocumentSeries = cls._create(cls.Opened, id=volume_id, terms=terms)
        return series

    @property
    def is_full(self) -> bool:
        """Whether the next number is in the next volume."""
        return self.last == (self.terms.volume + 1) * VOLUME

    def take(self, document_id: UUID) -> int:
        """Give the document the next number and return it."""
        assert not self.is_full, "the next number is in the next volume"
        self._numbered(self.last + 1, document_id)
        return self.last

    @event(Numbered)
    def _numbered(self, number: int, document_id: UUID) -> None:
        self.last = number
