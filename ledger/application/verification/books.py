"""What is checked of the books: each entry is derived anew from the journal, and every currency sums to zero."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Protocol

from ledger.application.mapper import Envelope
from ledger.application.verification.findings import Check, Finding, in_another_form
from ledger.application.views import Document, ViewStore

Placed = tuple[int, Envelope]


class DerivedEntries(Protocol):
    """The entries of the books, as far as they can be derived anew."""

    @property
    def name(self) -> str:
        """The name of their view."""
        ...

    @property
    def form(self) -> int:
        """The form in which they are derived."""
        ...

    async def entries(self, first: int, last: int, placed: Sequence[Placed]) -> list[Document]:
        """Return the entries of the events between two positions, from the journal alone, in the order of their ids.

        It is called for one stretch of the journal after another; its memory grows with accounts alone.
        """
        ...


class Books:
    """The stored entries, read beside the journal in the same order, so that memory does not grow with either."""

    def __init__(self, store: ViewStore, derived: DerivedEntries) -> None:
        """Hold the entries in `store` against the `derived` ones."""
        self._store = store
        self._derived = derived
        self._stored: AsyncIterator[Document] | None = None
        self._waiting: Document | None = None
        self._tracked = 0
        self._totals: Counter[str] = Counter()
        self._other: list[Finding] = []

    async def begin(self) -> None:
        """Note how far the live collection claims to be complete, and begin to read it."""
        standing = (await self._store.standings([self._derived.name]))[self._derived.name]
        if standing.form not in {None, self._derived.form}:
            self._other = [in_another_form(Check.BOOKS, self._derived.name, standing.form, self._derived.form)]
            return
        self._tracked = standing.position
        self._stored = self._store.documents(standing.collection)
        self._waiting = await anext(self._stored, None)

    async def check(self, first: int, last: int, placed: Sequence[Placed]) -> AsyncIterator[Finding]:
        """Check the entries of a page."""
        try:
            derived = await self._derived.entries(first, last, placed)
        except Exception as error:  # noqa: BLE001 - whatever keeps them from being derived, the auditor is told
            yield Finding(first, Check.BOOKS, f"the entries of this page cannot be derived: {error!r}")
            return
        for entry in derived:
            async for finding in self._until(entry):
                yield finding
            async for finding in self._differences(entry):
                yield finding
        for finding in self._unbalanced(last, derived):
            yield finding

    def _unbalanced(self, position: int, derived: Sequence[Document]) -> Iterator[Finding]:
        """Tell the currencies whose trial balance stops being zero with these entries."""
        before = +self._totals, -self._totals
        for entry in derived:
            self._totals[entry.body["amount"]["currency"]] += entry.body["amount"]["minor"]
        if (+self._totals, -self._totals) != before:
            for currency, minor in sorted(self._totals.items()):
                if minor:
                    yield Finding(position, Check.BOOKS, f"the books are out of balance by {minor} minor {currency}")

    async def _differences(self, entry: Document) -> AsyncIterator[Finding]:
        stored, where = self._waiting, f"the entry in {entry.body['account']} ({entry.body['amount']['currency']})"
        if stored is None or stored.id != entry.id:
            if entry.position <= self._tracked:
                yield Finding(entry.position, Check.BOOKS, f"{where} is missing")
            return
        if stored != entry or stored.text != entry.text:
            yield Finding(entry.position, Check.BOOKS, f"{where} differs from the journal")
        await self._next()

    async def _until(self, entry: Document) -> AsyncIterator[Finding]:
        while self._waiting is not None and self._waiting.id < entry.id:
            yield _foreign(self._waiting)
            await self._next()

    async def _next(self) -> None:
        assert self._stored is not None, "it has begun"
        self._waiting = await anext(self._stored, None)

    async def end(self, last_position: int) -> AsyncIterator[Finding]:
        """Find the stored entries behind which there is no event, of a journal checked through `last_position`."""
        for finding in self._other:
            yield finding
        while self._waiting is not None:
            # What was recorded since is not of the journal that was checked, as long as that can be so.
            if self._waiting.position <= last_position:
                yield _foreign(self._waiting)
            await self._next()


def _foreign(entry: Document) -> Finding:
    return Finding(entry.position, Check.BOOKS, "an entry is stored here, the journal gives none")
