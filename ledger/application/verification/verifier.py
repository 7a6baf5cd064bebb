"""Checking a whole journal, page by page: bytes, tree, streams, aggregates, money and views.

Without signatures a journal that was rewritten from its beginning, or cut at its end, looks like a true one: that is
noticed against a head noted down earlier and kept elsewhere, and only then. Outside the tree lie a page's `writer`,
its `written_at` (held against its records within minutes) and its tracking.
"""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from itertools import pairwise
from typing import Final

from ledger.application.journal.page import Page
from ledger.application.journal.store import PageStore
from ledger.application.journal.tree import NOTHING, TreeState
from ledger.application.mapper import Envelope, Mapper
from ledger.application.verification import pages as page_checks
from ledger.application.verification.books import Books
from ledger.application.verification.findings import Check, Finding, Head, Progress
from ledger.application.verification.streams import Streams
from ledger.application.verification.views import Views
from ledger.domain.errors import Unavailable

MAX_FINDINGS: Final = 1_000
"""So many findings are kept; beyond, they are only counted."""
MAX_UNREADABLE: Final = 32
FIRST_POSSIBLE: Final = -(2**63)


class Verifier:
    """One verification of one journal. Memory does not grow with it, but for some 30 bytes a stream (`Versions`)."""

    def __init__(
        self,
        store: PageStore,
        mapper: Mapper,
        *,
        expected: Sequence[Head] = (),
        views: Views | None = None,
        books: Books | None = None,
    ) -> None:
        """Check the journal in `store`, against heads it must have had, the documents of `views`, and the `books`."""
        self._books = books
        self._store = store
        self._streams = Streams(store, mapper)
        self._views = views
        self._expected = sorted(set(expected), key=lambda head: (head.size, head.root))
        self._due = list(self._expected)
        self._tree = NOTHING
        self._next = 1
        self.findings: list[Finding] = []
        self.found = 0

    @property
    def head(self) -> Head:
        """The journal's head as far as it has been checked; to be noted down and kept elsewhere."""
        return Head.of(self._tree)

    @property
    def streams(self) -> int:
        """The number of streams met so far."""
        return len(self._streams.versions)

    async def run(self) -> AsyncGenerator[Progress, None]:
        """Check everything, yielding after every page; `findings` grow meanwhile. Raises `Unavailable`."""
        self._add(_forks(self._expected))
        last_position = await self._store.last_position()
        if self._views is not None:
            await self._views.begin()
        if self._books is not None:
            await self._books.begin()
        async with aclosing(self._pages()) as pages:
            async for page in pages:
                await self._check(page)
                yield Progress(page.last_position, max(last_position, page.last_position))
        await self._end()

    async def _pages(self) -> AsyncGenerator[Page, None]:
        """Yield every page that can be read; after one that cannot, go on behind the place where it should begin."""
        start = FIRST_POSSIBLE
        for _ in range(MAX_UNREADABLE):
            try:
                async with aclosing(self._store.pages(start)) as pages:
                    async for page in pages:
                        yield page
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001 - whatever lies there instead of a page, the auditor is told
                self._add([Finding(self._next, Check.UNREADABLE, f"there is no readable page here: {error!r}")])
                start = 1 if start == FIRST_POSSIBLE and self._next == 1 else max(start, self._next) + 1
            else:
                return
        self._add([Finding(self._next, Check.UNREADABLE, "too many pages are unreadable; the rest was not checked")])

    async def _check(self, page: Page) -> None:
        before = self._tree
        self._add(page_checks.place(page, self._next))
        self._add(page_checks.limits(page))
        self._add(page_checks.tree(page, before))
        self._check_heads(page, before)
        read: list[tuple[int, Envelope]] = []
        async for item in self._streams.check(page):
            if isinstance(item, Finding):
                self._add([item])
            else:
                read.append(item)
        if self._views is not None:
            async for finding in self._views.check(read):
                self._add([finding])
        if self._books is not None:
            async for finding in self._books.check(page.position, page.last_position, read):
                self._add([finding])
        self._tree = page_checks.continued(page, before)
        self._next = page.next_position

    def _check_heads(self, page: Page, before: TreeState) -> None:
        while self._due and self._due[0].size <= before.size + len(page.events):
            self._add(page_checks.head(page, before, self._due.pop(0)))

    async def _end(self) -> None:
        for head in self._due:
            if head == Head.of():
                continue
            difference = f"the journal ends at {self._next - 1}, but it had {head.size} records: its tail is gone"
            self._add([Finding(head.size, Check.HEAD, difference)])
        claimed = await self._store.last_position()
        if claimed < self._next - 1:
            self._add([Finding(claimed, Check.DENSITY, f"readers are told that the journal ends at {claimed}")])
        if self._views is not None:
            async for finding in self._views.end(self._streams.versions):
                self._add([finding])
        if self._books is not None:
            async for finding in self._books.end(self._next - 1):
                self._add([finding])

    def _add(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.found += 1
            if len(self.findings) < MAX_FINDINGS:
                self.findings.append(finding)


def _forks(expected: Sequence[Head]) -> list[Finding]:
    return [
        Finding(one.size, Check.HEAD, f"history is forked: two roots were noted for size {one.size}")
        for one, other in pairwise(expected)
        if one.size == other.size
    ]
