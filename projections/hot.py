"""The documents people are asking for just now, kept current in memory as the journal grows."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from ledger.application.mapper import Envelope
from ledger.application.views import Document
from ledger.domain.aggregate import Created
from projections.errors import TooManyWatchers
from projections.tail import Facts
from projections.view import View, advance

HOT_DOCUMENTS: Final = 10_000
WATCHERS: Final = 10_000
BEGUN: Final = 512
"""So many of the newest documents are remembered to have begun, whether or not they are stored yet."""

Missed = list[tuple[int, Envelope]]


class Hot:
    """For each view, the documents used last; each reflects every page that was applied, if not more."""

    def __init__(self, views: Sequence[View], *, capacity: int = HOT_DOCUMENTS) -> None:
        """Keep up to `capacity` documents of each view."""
        self._views = tuple(views)
        self._capacity = capacity
        self._documents: dict[str, OrderedDict[UUID, Document]] = {view.name: OrderedDict() for view in views}
        self._begun: dict[str, deque[UUID]] = {view.name: deque(maxlen=BEGUN) for view in views}
        self._reading: dict[tuple[str, UUID], list[Missed]] = {}
        self._watching: dict[tuple[str, UUID], set[asyncio.Event]] = {}
        self.watchers = 0

    def peek(self, view: View, key: UUID) -> Document | None:
        """Return the document if it is hot, and keep it so; None says nothing about whether it exists."""
        documents = self._documents[view.name]
        document = documents.get(key)
        if document is not None:
            documents.move_to_end(key)
        return document

    def glance(self, view: View, key: UUID) -> Document | None:
        """Return the document if it is hot, and let it cool."""
        return self._documents[view.name].get(key)

    def begun(self, view: View) -> list[Document]:
        """Return the newest documents; a store may not have them yet."""
        documents = self._documents[view.name]
        return [documents[key] for key in self._begun[view.name] if key in documents]

    def keep(self, view: View, document: Document) -> None:
        """Make a document hot, unless it is hot in a later form."""
        documents = self._documents[view.name]
        known = documents.get(document.id)
        if known is not None and known.position >= document.position:
            return
        documents[document.id] = document
        documents.move_to_end(document.id)
        if len(documents) > self._capacity:
            documents.popitem(last=False)

    def apply(self, facts: Facts) -> None:
        """Bring what is hot up to date, and wake whoever watches it."""
        for position, envelope in facts.placed:
            topic: str = type(envelope.event).TOPIC  # type: ignore[attr-defined]
            for view in self._views:
                if topic in view.topics:
                    self._apply(view, position, envelope)

    def _apply(self, view: View, position: int, envelope: Envelope) -> None:
        key = view.key(envelope)
        document = self._documents[view.name].get(key)
        begins = isinstance(envelope.event, Created)
        if begins:
            self._begun[view.name].append(key)
        if begins or document is not None:
            self.keep(view, advance(view, document, position, envelope))
        for missed in self._reading.get((view.name, key), ()):
            missed.append((position, envelope))
        for changed in self._watching.get((view.name, key), ()):
            changed.set()

    @contextmanager
    def reading(self, view: View, key: UUID) -> Iterator[Missed]:
        """Collect what is applied to a document while it is being read from elsewhere."""
        name, missed = (view.name, key), Missed()
        self._reading.setdefault(name, []).append(missed)
        try:
            yield missed
        finally:
            # By identity: two readings that missed the same are equal.
            left = [each for each in self._reading.pop(name) if each is not missed]
            if left:
                self._reading[name] = left

    @contextmanager
    def watching(self, view: View, key: UUID) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever the document changes; raises `TooManyWatchers`."""
        if self.watchers >= WATCHERS:
            raise TooManyWatchers(limit=WATCHERS)
        name, changed = (view.name, key), asyncio.Event()
        self._watching.setdefault(name, set()).add(changed)
        self.watchers += 1
        try:
            yield changed
        finally:
            self.watchers -= 1
            self._watching[name].discard(changed)
            if not self._watching[name]:
                del self._watching[name]
