"""From the facts of some pages to entries of the books, in the order of the journal."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

from ledger.application.mapper import Envelope
from ledger.application.owners import Owners
from ledger.application.views import Document, ViewStore
from projections.books import MONEY, Account, Books
from projections.tail import Facts

HEADS: Final = 10_000
"""So many accounts' last entries are remembered; each is looked up again when it is not."""


class Bookkeeper:
    """Continues one collection's entries; what it remembers holds from one stretch of the journal to the next."""

    def __init__(
        self, books: Books, store: ViewStore, owners: Owners, collection: str, *, heads: int | None = HEADS
    ) -> None:
        """Go on from the entries that `store` has in `collection`; remember `heads` accounts, all of them if None."""
        self._books = books
        self._most = heads
        self._store = store
        self._owners = owners
        self._collection = collection
        self._heads: OrderedDict[Account, Document] = OrderedDict()
        self._through: int | None = None

    async def entries(self, first: int, last: int, placed: Iterable[tuple[int, Envelope]]) -> list[Document]:
        """Return the entries of the events `placed` between the positions `first` and `last`.

        Everything before `first` is in the store, or was given here just before.
        """
        if self._through != first - 1:
            self._heads.clear()
        self._through = None
        found: list[Document] = []
        for position, envelope in placed:
            self._owners.hear(envelope.event)
            if _topic(envelope) in MONEY:
                found += await self._recorded(first, position, envelope)
        self._through = last
        while self._most is not None and len(self._heads) > self._most:
            self._heads.popitem(last=False)
        return found

    async def _recorded(self, first: int, position: int, envelope: Envelope) -> Iterable[Document]:
        owner = await self._owners.of(envelope.event.originator_id)
        for account in self._books.touched(owner, envelope.event):
            if account in self._heads:
                self._heads.move_to_end(account)
                continue
            for head in await self._store.latest(self._collection, account.series, before=first):
                self._heads[account] = head
        made = self._books.entries(owner, position, envelope, self._heads)
        self._heads.update(made)
        return made.values()


class Entries:
    """Keeps the books in a store. An entry is a function of the journal up to it: written twice, it is the same."""

    def __init__(self, store: ViewStore, owners: Owners) -> None:
        """Keep entries in `store`."""
        self._store = store
        self._owners = owners
        self._keepers: dict[str, Bookkeeper] = {}

    async def put(self, books: Books, collection: str, batch: Sequence[Facts]) -> None:
        """Store the entries of `batch`, before which everything is in the store."""
        if collection not in self._keepers:
            # One at a time: the other is of a generation that was switched away from.
            self._keepers = {collection: Bookkeeper(books, self._store, self._owners, collection)}
        placed = (each for facts in batch for each in facts.placed)
        entries = await self._keepers[collection].entries(batch[0].first, batch[-1].last, placed)
        if entries:
            await self._store.put_many(collection, entries)


def _topic(envelope: Envelope) -> str:
    return type(envelope.event).TOPIC  # type: ignore[attr-defined, no-any-return]
