"""The one task of a process that writes pages: it takes what waits, lays it out and inserts it at the head."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from eventsourcing.persistence import IntegrityError

from ledger.application.clock import Clock
from ledger.application.journal.backlog import Backlog, Waiting
from ledger.application.journal.checks import check_follows, check_head
from ledger.application.journal.errors import JournalUnavailable, OutcomeUnknown
from ledger.application.journal.layout import Layout, lay_out, next_page
from ledger.application.journal.lease import WriterLease
from ledger.application.journal.page import Page
from ledger.application.journal.store import PageStore, PageTaken, StreamVersionTaken
from ledger.application.journal.tree import NOTHING, TreeState
from ledger.domain.errors import Unavailable

log = logging.getLogger(__name__)

# How long one page may be tried before its callers are told; the store's own time limits are shorter.
GIVE_UP_S = 15.0
# How much longer a process without the lease collects before it tries a page.
BATCH_LONGER_S = 0.02
# When so many appends wait for the next page, it is sent before the last page's callers are told.
MANY_WAIT = 16
SEND_FIRST_S = 0.0005


@dataclass(frozen=True, slots=True)
class Draft:
    """A page that may be inserted, and which of the waiting appends it settles."""

    page: Page
    waiting: list[Waiting]
    layout: Layout


class Writer:
    """Writes pages one after the other; several writers on one store stay correct and slow each other down."""

    def __init__(
        self,
        store: PageStore,
        backlog: Backlog,
        *,
        clock: Clock,
        name: str,
        lease: WriterLease | None,
        committed: Callable[[Page], None],
        give_up_s: float = GIVE_UP_S,
    ) -> None:
        """`name` must be this writer's alone: by it a lost answer is found again. `committed` must not raise."""
        self._store = store
        self._backlog = backlog
        self._clock = clock
        self._name = name
        self._lease = lease
        self._committed = committed
        self._give_up_s = give_up_s
        self._tree: TreeState | None = None
        self._untold: deque[Draft] = deque()

    async def run(self) -> None:
        """Write until the backlog is closed and empty; whoever still waits when we are cancelled is told."""
        try:
            while await self._backlog.something():
                if self._lease is not None and not self._lease.may_write_at_once:
                    await self._backlog.a_full_page(timeout_s=BATCH_LONGER_S)
                await self._write_page()
        finally:
            self._tell()
            self._backlog.close()
            self._fail(self._backlog.take(len(self._backlog)), OutcomeUnknown())

    async def _write_page(self) -> None:
        """Bring what waits onto the next page, or tell its callers why not."""
        waiting = list(self._backlog.first())
        try:
            while (draft := await self._draft()) is not None:
                waiting = draft.waiting
                if await self._try(draft):
                    return
        except Exception as error:  # noqa: BLE001 - the callers must hear of it, and the writer must live on.
            self._tree = None
            self._backlog.remove(waiting)
            self._fail(waiting, error)

    async def _draft(self) -> Draft | None:
        """Lay out the next page; None when nothing is left to be written."""
        while waiting := list(self._backlog.first()):
            tree = await self._head()
            layout = lay_out([each.append for each in waiting], await self._tracked(waiting))
            if layout.placed:
                placed = [waiting[number].append for number in layout.placed]
                page = next_page(tree, placed, writer=self._name, now=self._clock.now())
                return Draft(page, waiting[: layout.looked_at], layout)
            self._fail(self._backlog.take(layout.looked_at), IntegrityError("repeats what is recorded already"))
        return None

    async def _head(self) -> TreeState:
        if self._tree is None:
            try:
                last = await self._store.last()
            except Unavailable as error:
                raise JournalUnavailable from error
            if last is not None:
                check_head(last)
            self._tree = NOTHING if last is None else last.tree
        return self._tree

    async def _tracked(self, waiting: Sequence[Waiting]) -> dict[str, int]:
        """Return the highest tracking of each application that is mentioned; every page up to the head counts."""
        names = {each.append.tracking.application_name for each in waiting if each.append.tracking is not None}
        highest = {name: await self._store.max_tracking_id(name) for name in names}
        return {name: tracked for name, tracked in highest.items() if tracked is not None}

    async def _try(self, draft: Draft) -> bool:
        """Try to insert the draft and tell its callers; False when the head or the waiting appends have changed."""
        try:
            if await self._insert(draft.page):
                self._written(draft)
                return True
        except StreamVersionTaken as taken:
            self._refuse(draft, taken)
            return False
        await self._read_on(draft.page)
        return False

    async def _insert(self, page: Page) -> bool:
        """Return whether the page lies in the journal now; False means that another one has its place, for good.

        After a lost answer the same page is inserted again: whichever page is found in that place decides. The
        store reports a taken place before a taken stream version, so our own page is never held against us.
        """
        for pause_s in _pauses(self._give_up_s):
            try:
                await self._store.insert(page)
            except PageTaken:
                found = await self._found_at(page.position)
                if found is not None:
                    return found == page
            except Unavailable as error:
                log.warning("no answer to page %d: %s", page.position, error)
            else:
                return True
            await asyncio.sleep(pause_s)
        raise OutcomeUnknown

    async def _found_at(self, position: int) -> Page | None:
        """Return the page there; None when it cannot be known yet, or is not yet on a majority of the machines."""
        try:
            return await self._store.at(position)
        except Unavailable:
            return None

    async def _read_on(self, lost: Page) -> None:
        """Follow the pages that other processes wrote."""
        assert self._tree is not None, "a draft stands on a tree"
        if self._lease is not None:
            self._lease.lost_a_race()
        try:
            async for page in self._store.pages(lost.position):
                check_follows(self._tree, page)
                self._tree = page.tree
        except Unavailable as error:
            raise JournalUnavailable from error

    def _written(self, draft: Draft) -> None:
        self._tree = draft.page.tree
        self._backlog.take(draft.layout.looked_at)
        self._untold.append(draft)
        if len(self._backlog) < MANY_WAIT:
            self._tell()
            return
        # Callers who are told have much to do, and would keep the next page from being sent.
        asyncio.get_running_loop().call_later(SEND_FIRST_S, self._tell)

    def _tell(self) -> None:
        """Tell the callers of all pages that were written, in the order of the pages."""
        while self._untold:
            self._settle(self._untold.popleft())

    def _settle(self, draft: Draft) -> None:
        self._committed(draft.page)
        position = draft.page.position
        for number in draft.layout.placed:
            waiting = draft.waiting[number]
            beyond = position + len(waiting.append.entries)
            waiting.written(range(position, beyond))
            position = beyond
        # They are told only now, so that whoever reloads sees what it lost against.
        repeated = [draft.waiting[number] for number in draft.layout.repeated]
        self._fail(repeated, IntegrityError("repeats what is recorded already"))

    def _refuse(self, draft: Draft, taken: StreamVersionTaken) -> None:
        """Fail the callers whose stream versions exist; the others go on the next draft."""
        lost = [
            waiting
            for waiting in draft.waiting
            if not taken.keys.isdisjoint({entry.key for entry in waiting.append.entries})
        ]
        assert lost, "a conflict is about an entry of the page"
        self._backlog.remove(lost)
        self._fail(lost, IntegrityError("a stream version is recorded already"))

    @staticmethod
    def _fail(lost: Sequence[Waiting], error: Exception) -> None:
        for waiting in lost:
            waiting.failed(error)


def _pauses(give_up_s: float) -> Iterator[float]:
    """Yield growing pauses, in seconds, until `give_up_s` have passed."""
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + give_up_s
    pause_s = 0.001
    while loop.time() < give_up_at:
        yield pause_s
        pause_s = min(2 * pause_s, 0.25)
