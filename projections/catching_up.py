"""Bringing a stored view up to the journal's end where nobody runs the projections just now."""

from ledger.application.views import ViewStore
from projections.history import History
from projections.view import View


async def caught_up(view: View, store: ViewStore, history: History) -> str:
    """Store what `view` lacks, and return its live collection; beside a running writer it changes nothing."""
    collection = await store.live(view.name)
    reached, end = await store.tracking(collection), await history.last_position()
    async for placed in history.placed(reached, end, view.topics):
        keys = dict.fromkeys(view.key(envelope) for _, envelope in placed)
        folded = [await history.fold(view, key) for key in keys]
        await store.put_many(collection, [document for document in folded if document is not None])
    await store.track(collection, end)
    return collection
