"""The newest documents of all merchants: a view as it is stored, and what the journal says beyond it."""

import heapq
from collections.abc import Callable
from uuid import UUID

from ledger.application.views import Document
from ledger.bootstrap import Ledger
from projections.generations import live_of_our_form
from projections.history import History
from projections.view import View, advance


def history_of(ledger: Ledger) -> History:
    """Return the streams of this ledger, as views see them."""
    return History(ledger.recorder, ledger.ports.pages, ledger.mapper)


async def newest(ledger: Ledger, view: View, is_wanted: Callable[[Document], bool], *, limit: int) -> list[Document]:
    """Return up to `limit` documents that are wanted, newest first; raise `ViewInAnotherForm`."""
    store = ledger.ports.views
    collection = await live_of_our_form(view, store)
    beyond = await _beyond(ledger, view, collection)
    found: list[tuple[int, int, Document]] = []

    def consider(document: Document) -> None:
        if limit and is_wanted(document):
            entry = (document.created, document.id.int, document)
            if len(found) < limit:
                heapq.heappush(found, entry)
            else:
                heapq.heappushpop(found, entry)

    async for document in store.documents(collection):
        if document.id not in beyond:
            consider(document)
    for document in beyond.values():
        consider(document)
    return [document for _, _, document in sorted(found, reverse=True, key=lambda entry: entry[:2])]


async def _beyond(ledger: Ledger, view: View, collection: str) -> dict[UUID, Document]:
    """Return the documents that changed since the view was last complete, as they are now."""
    history, store = history_of(ledger), ledger.ports.views
    reached = await store.tracking(collection)
    changed: dict[UUID, Document] = {}
    async for placed in history.placed(reached, await history.last_position(), view.topics):
        unseen = {view.key(envelope) for _, envelope in placed} - changed.keys()
        changed |= await store.get_many(collection, unseen)
        for position, envelope in placed:
            key = view.key(envelope)
            changed[key] = advance(view, changed.get(key), position, envelope)
    return changed
