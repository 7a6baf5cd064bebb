"""The newest notifications of all merchants: the view of them, and what the journal says beyond it."""

import heapq
from uuid import UUID

from ledger.application.views import Document
from ledger.bootstrap import Ledger
from projections.catalogue import IPNS
from projections.generations import live_of_our_form
from projections.history import History
from projections.view import advance


def history_of(ledger: Ledger) -> History:
    """Return the streams of this ledger, as views see them."""
    return History(ledger.recorder, ledger.ports.pages, ledger.mapper)


async def newest_ipns(ledger: Ledger, *, status: str | None, limit: int) -> list[Document]:
    """Return up to `limit` notifications, newest first, that stand at `status` if one is given."""
    store = ledger.ports.views
    collection = await live_of_our_form(IPNS, store)
    beyond = await _beyond(ledger, collection)
    newest: list[tuple[int, int, Document]] = []

    def consider(document: Document) -> None:
        if limit and status in {None, document.body["status"]}:
            entry = (document.created, document.id.int, document)
            if len(newest) < limit:
                heapq.heappush(newest, entry)
            else:
                heapq.heappushpop(newest, entry)

    async for document in store.documents(collection):
        if document.id not in beyond:
            consider(document)
    for document in beyond.values():
        consider(document)
    return [document for _, _, document in sorted(newest, reverse=True, key=lambda entry: entry[:2])]


async def _beyond(ledger: Ledger, collection: str) -> dict[UUID, Document]:
    """Return the documents that changed since the view was last complete, as they are now."""
    history, store = history_of(ledger), ledger.ports.views
    reached = await store.tracking(collection)
    changed: dict[UUID, Document] = {}
    async for placed in history.placed(reached, await history.last_position(), IPNS.topics):
        unseen = {IPNS.key(envelope) for _, envelope in placed} - changed.keys()
        changed |= await store.get_many(collection, unseen)
        for position, envelope in placed:
            key = IPNS.key(envelope)
            changed[key] = advance(IPNS, changed.get(key), position, envelope)
    return changed
