"""Reading the books: what every account holds, and the entries of one, now or as of any time."""

from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ledger.application.clock import Clock
from ledger.application.views import MAX_PAGE, Document, ViewStore
from ledger.domain.values import Mode
from projections.books import Account, Books, account_of, balance_minor, prefix
from projections.entries import Bookkeeper
from projections.errors import AsOfInFuture, ViewBehind
from projections.generations import Generations
from projections.history import History
from projections.tail import Tail


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account holds: `minor` units of its currency, debits above zero, after so many `entries`."""

    account: Account
    minor: int
    entries: int


@dataclass(frozen=True, slots=True)
class Statement:
    """Some entries of one account, newest first; `before` is where the next page begins, None after the last."""

    account: Account
    position: int
    entries: tuple[Document, ...]
    before: int | None


class Accounts:
    """What is read is a function of a position alone: the entries stored through it, and those the journal adds."""

    def __init__(
        self, books: Books, *, store: ViewStore, history: History, clock: Clock, tail: Tail | None = None
    ) -> None:
        """Read entries from `store` and what it lacks from `history`; `tail` saves asking how far the journal is."""
        self._books = books
        self._store = store
        self._history = history
        self._clock = clock
        self._tail = tail
        self._generations = Generations(store)

    async def position(self, as_of: int | datetime | None = None, *, at_least: int = 0) -> int:
        """Return the position that a moment, or now, comes down to; raise `AsOfInFuture`, `ViewBehind`."""
        if isinstance(as_of, datetime):
            if as_of > self._clock.now():
                raise AsOfInFuture
            return await self._history.position_at(as_of)
        # A page that was written here is known here; others may be a little further, which nobody has read yet.
        known = self._tail.position if self._tail is not None else 0
        if self._tail is None or max(as_of or 0, at_least) > known:
            known = await self._history.last_position()
        if as_of is not None and as_of > known:
            raise AsOfInFuture
        if at_least > known:
            raise ViewBehind(position=at_least)
        return known if as_of is None else as_of

    async def balances(
        self, position: int, organization_id: UUID | None = None, mode: Mode | None = None
    ) -> list[Balance]:
        """Return what every account holds after the event at `position`: of all, or of one organization and mode."""
        begins = "" if organization_id is None or mode is None else prefix(organization_id, mode)
        collection, stored = await self._stored(position)
        heads: dict[str, Document] = {}
        series = await self._store.series(collection, begins)
        while series is not None:
            for head in await self._store.latest(collection, series, before=stored + 1):
                heads[series] = head
            series = await self._store.series(collection, begins, after=series)
        async for entry in self._beyond(collection, stored, position):
            if entry.series is not None and entry.series.startswith(begins):
                heads[entry.series] = entry
        return [
            Balance(account_of(series), balance_minor(head), head.version) for series, head in sorted(heads.items())
        ]

    async def statement(
        self, account: Account, position: int, *, before: int | None = None, limit: int = 25
    ) -> Statement:
        """Return up to `limit` entries of an account as of `position`, from `before` on; none if it has none."""
        limit = max(1, min(limit, MAX_PAGE))
        upto = position if before is None else min(position, before - 1)
        collection, stored = await self._stored(upto)
        newest: deque[Document] = deque(maxlen=limit + 1)
        async for entry in self._beyond(collection, stored, upto):
            if entry.series == account.series:
                newest.appendleft(entry)
        if len(newest) <= limit:
            rest = limit + 1 - len(newest)
            newest = deque(
                [*newest, *await self._store.latest(collection, account.series, before=stored + 1, limit=rest)]
            )
        shown = tuple(newest)[:limit]
        return Statement(account, position, shown, shown[-1].position if len(newest) > limit else None)

    async def _stored(self, position: int) -> tuple[str, int]:
        """Return the live collection, and how much of what is through `position` is surely in it."""
        collection = (await self._generations.live(self._books)).collection
        return collection, min(position, await self._store.tracking(collection))

    async def _beyond(self, collection: str, stored: int, position: int) -> AsyncGenerator[Document, None]:
        """Yield the entries after `stored` through `position`; memory grows with accounts, not with entries."""
        keeper = Bookkeeper(self._books, self._store, self._history.owners, collection, heads=None)
        first = stored + 1
        async for placed in self._history.placed(stored, position, self._books.topics):
            last = placed[-1][0] if placed else position
            for entry in await keeper.entries(first, last, placed):
                yield entry
            first = last + 1
