"""Following the journal: the doorbell says that there may be more, pages are pulled by position."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import aclosing

from ledger.application.journal.checks import check_follows
from ledger.application.journal.page import Page
from ledger.application.journal.store import PageStore
from ledger.application.journal.tree import NOTHING, TreeState
from ledger.domain.errors import Unavailable

log = logging.getLogger(__name__)

LISTEN_S = 1.0
PAUSE_WHEN_AWAY_S = 0.2
MOST_OWN_PAGES = 256


class Bell:
    """Wakes the followers of one process, when it has written itself or the store has heard of others."""

    def __init__(self, store: PageStore, writer: str) -> None:
        """Know of nothing yet; what `writer` of this process writes, `committed` says."""
        self._store = store
        self._writer = writer
        self._last_position = 0
        self._own: OrderedDict[int, Page] = OrderedDict()
        self._rung = asyncio.Event()

    def ring(self, last_position: int) -> None:
        """Say that the journal reaches to `last_position`, or further."""
        if last_position > self._last_position:
            self._last_position = last_position
            self._rung.set()
            self._rung = asyncio.Event()

    def committed(self, page: Page) -> None:
        """Ring for a page that this process has written, and have it at hand for those who follow."""
        self._own[page.position] = page
        if len(self._own) > MOST_OWN_PAGES:
            self._own.popitem(last=False)
        self.ring(page.last_position)

    def own(self, position: int) -> Page | None:
        """Return the page that begins at `position` if this process has lately written it."""
        return self._own.get(position)

    def is_beyond(self, position: int) -> bool:
        """Tell whether the journal is known to reach beyond `position`."""
        return self._last_position > position

    async def beyond(self, position: int) -> None:
        """Wait until the journal is known to reach beyond `position`."""
        while not self.is_beyond(position):
            await self._rung.wait()

    async def listen(self) -> None:
        """Hear of what other processes write, until cancelled."""
        while True:
            try:
                after, writer = self._last_position, self._writer
                self.ring(await self._store.wait_for_more(after, but_by=writer, timeout_s=LISTEN_S))
            except Unavailable as error:
                log.warning("the doorbell is out of order: %s", error)
                await asyncio.sleep(PAUSE_WHEN_AWAY_S)


async def follow(store: PageStore, bell: Bell, start: int) -> AsyncGenerator[Page, None]:
    """Yield every page from the one that holds `start`, checked against the one before; the store may be away.

    What this process has just written and the store has accepted is not read back to be checked.
    """
    tree: TreeState | None = None
    while True:
        try:
            tree = tree or await _tree_before(store, start)
            async with aclosing(store.pages(tree.size + 1)) as pages:
                async for page in pages:
                    check_follows(tree, page)
                    tree = page.tree
                    bell.ring(page.last_position)
                    if page.last_position >= start:
                        yield page
        except Unavailable as error:
            log.warning("the journal is away: %s", error)
            await asyncio.sleep(PAUSE_WHEN_AWAY_S)
        else:
            while (own := bell.own(tree.size + 1)) or not bell.is_beyond(tree.size):
                if own is None:
                    await bell.beyond(tree.size)
                    continue
                tree = own.tree
                if own.last_position >= start:
                    yield own


async def _tree_before(store: PageStore, start: int) -> TreeState:
    """Return the tree of the page before the one that holds `start`."""
    page = await store.holding(start)
    if page is not None and page.last_position >= start:
        page = await store.holding(page.position - 1)
    return NOTHING if page is None else page.tree
