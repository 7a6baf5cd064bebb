"""Bringing what is stored up to the journal's end, where nobody runs the projections or they are behind just now."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from ledger.application.views import Document, ViewStore
from projections.books import Books, Kept
from projections.entries import Bookkeeper
from projections.generations import live_of_our_form
from projections.history import History
from projections.view import View


async def caught_up(view: Kept, store: ViewStore, history: History) -> str:
    """Store what `view` lacks, and return its live collection; beside a running writer it changes nothing.

    Raises `ViewInAnotherForm`.
    """
    collection = await live_of_our_form(view, store)
    await store.claim(collection, view.form)
    reached, end = await store.tracking(collection), await history.last_position()
    lacking = (
        _entries(view, collection, store, history, reached, end)
        if isinstance(view, Books)
        else _documents(view, history, reached, end)
    )
    async with aclosing(lacking):
        async for documents in lacking:
            await store.put_many(collection, documents)
    await store.track([collection], end)
    return collection


async def _documents(view: View, history: History, reached: int, end: int) -> AsyncGenerator[list[Document], None]:
    async for placed in history.placed(reached, end, view.topics):
        keys = dict.fromkeys(view.key(envelope) for _, envelope in placed)
        folded = [await history.fold(view, key) for key in keys]
        yield [document for document in folded if document is not None]


async def _entries(
    books: Books, collection: str, store: ViewStore, history: History, reached: int, end: int
) -> AsyncGenerator[list[Document], None]:
    keeper = Bookkeeper(books, store, history.owners, collection)
    async for placed in history.placed(reached, end, books.topics):
        last = placed[-1][0] if placed else end
        yield await keeper.entries(reached + 1, last, placed)
        reached = last
