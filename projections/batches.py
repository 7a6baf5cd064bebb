"""From the facts of some pages to stored documents, one write for each document however often it changed."""

from collections.abc import Sequence
from uuid import UUID

from ledger.application.mapper import Envelope
from ledger.application.views import Document, ViewStore
from ledger.domain.aggregate import Created
from projections.books import Books, Kept
from projections.entries import Entries
from projections.history import History
from projections.hot import Hot
from projections.tail import Facts
from projections.view import View, advance

Change = list[tuple[int, Envelope]]


class Batches:
    """Folds batches of pages into collections."""

    def __init__(self, hot: Hot, store: ViewStore, history: History) -> None:
        """Look for documents in `hot` first, then in `store`; `history` knows those that a store has lost."""
        self._entries = Entries(store, history.owners)
        self._hot = hot
        self._store = store
        self._history = history

    async def put(self, view: Kept, collection: str, batch: Sequence[Facts]) -> None:
        """Store every document of `view` that `batch` concerns as it then is, or as it is by now.

        Of the books, everything before `batch` must be in the store.
        """
        if isinstance(view, Books):
            await self._entries.put(view, collection, batch)
        else:
            await self._put(view, collection, batch)

    async def _put(self, view: View, collection: str, batch: Sequence[Facts]) -> None:
        changes = _changes(view, batch)
        known = {key: document for key in changes if (document := self._hot.glance(view, key)) is not None}
        unknown = [key for key, change in changes.items() if key not in known and not _begins(change)]
        if unknown:
            known |= await self._store.get_many(collection, unknown)
        documents = []
        for key, change in changes.items():
            document = known.get(key)
            if document is None and not _begins(change):
                document = await self._history.fold(view, key)
            documents.append(_evolved(view, document, change))
        if documents:
            await self._store.put_many(collection, documents)


def _changes(view: View, batch: Sequence[Facts]) -> dict[UUID, Change]:
    changes: dict[UUID, Change] = {}
    for facts in batch:
        for position, envelope in facts.placed:
            if type(envelope.event).TOPIC in view.topics:  # type: ignore[attr-defined]
                changes.setdefault(view.key(envelope), []).append((position, envelope))
    return changes


def _begins(change: Change) -> bool:
    return isinstance(change[0][1].event, Created)


def _evolved(view: View, document: Document | None, change: Change) -> Document:
    for position, envelope in change:
        document = advance(view, document, position, envelope)
    assert document is not None, "facts leave a document"
    return document
