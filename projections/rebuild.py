"""Rebuilding a view from the first event, beside the live one, and switching to it."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from ledger.application.journal.recorder import Recorder
from ledger.application.mapper import Mapper
from ledger.application.views import ViewStore, generation
from ledger.domain.errors import Refused, Unavailable
from projections.batches import Batches
from projections.books import Books, Kept
from projections.comparison import Comparison, Difference
from projections.history import History
from projections.hot import Hot
from projections.tail import Facts, Tail

log = logging.getLogger(__name__)

LEASE_S: Final = 60.0
BATCH_EVENTS: Final = 2_000
REPORTED: Final = 100
"""So many differences are told one by one; the others are counted."""

Progress = Callable[[int, int], None]


class RebuildUnderWay(Refused):
    """This view is being rebuilt already."""

    code = "rebuild_under_way"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The new collection, complete through `position`, and how the one it was `compared` with differs from it."""

    collection: str
    position: int
    compared: bool
    differing: int
    differences: tuple[Difference, ...]


class Rebuild:
    """Rebuilds views while they are read and written; memory does not grow with the journal."""

    def __init__(self, *, recorder: Recorder, mapper: Mapper, store: ViewStore, history: History) -> None:
        """Read the journal of `recorder` and write beside what is in `store`."""
        self._recorder = recorder
        self._mapper = mapper
        self._store = store
        self._history = history
        self._holder = f"rebuild-{uuid4().hex[:12]}"

    async def run(self, view: Kept, *, switch: bool = True, progress: Progress | None = None) -> Rebuilt:
        """Build the next generation of `view`, compare it with the live one, and `switch` to it.

        `progress` hears the position reached and the one to reach. What is stored in another form is not compared.
        Raises `RebuildUnderWay`, `CorruptJournal`, `RecordUnreadable`, `Unavailable`; whatever happens, the live
        view is not touched.
        """
        async with self._alone(view):
            live = await self._store.live(view.name)
            comparable = await self._store.form(live) in {None, view.form}
            rebuilt, position = await self._build_beside(view, live, progress or _silent)
            differing, told = await self._compare(view, live, rebuilt) if comparable else (0, ())
            if switch:
                await self._store.switch(view.name, rebuilt)
        return Rebuilt(rebuilt, position, comparable, differing, told)

    async def renew(self, view: Kept) -> Rebuilt | None:
        """Build `view` anew and switch to it if it is still stored in an older form; None if it is not.

        Raises what `run` raises.
        """
        async with self._alone(view):
            live = await self._store.live(view.name)
            form = await self._store.form(live)
            if form is None or form >= view.form:
                return None
            rebuilt, position = await self._build_beside(view, live, _silent)
            await self._store.switch(view.name, rebuilt)
        return Rebuilt(rebuilt, position, compared=False, differing=0, differences=())

    @asynccontextmanager
    async def _alone(self, view: Kept) -> AsyncIterator[None]:
        await self._hold(view)
        try:
            yield
        finally:
            try:
                await self._store.release(_lease(view), self._holder)
            except Unavailable:
                log.warning("the lease of a rebuild could not be given up; it ends by itself")

    async def _hold(self, view: Kept) -> None:
        if await self._store.hold(_lease(view), self._holder, ttl_s=LEASE_S) is None:
            raise RebuildUnderWay(view=view.name)

    async def _build_beside(self, view: Kept, live: str, progress: Progress) -> tuple[str, int]:
        """Build the generation after `live`, and return where it is and how far it has come."""
        number = int(live.rpartition("@")[2])
        for old in (number - 1, number + 1):
            await self._store.drop(generation(view.name, old))
        rebuilt = generation(view.name, number + 1)
        await self._store.claim(rebuilt, view.form)
        return rebuilt, await self._build(view, rebuilt, progress)

    async def _build(self, view: Kept, collection: str, progress: Progress) -> int:
        """Fold the journal into `collection` through its end as it is when this begins, and return that position."""
        end = await self._history.last_position()
        hot = Hot([] if isinstance(view, Books) else [view])
        batches = Batches(hot, self._store, self._history)
        reader = Tail(self._recorder, self._mapper, view.topics)
        batch: list[Facts] = []
        count = reached = 0
        async with aclosing(self._recorder.follow(1)) as pages:
            while reached < end:
                facts = reader.facts(await anext(pages))
                hot.apply(facts)
                # Without a gap, even where a page says nothing: accounts are continued from page to page.
                batch.append(facts)
                reached, count = facts.last, count + len(facts.placed)
                if max(count, len(batch)) >= BATCH_EVENTS or reached >= end:
                    await batches.put(view, collection, batch)
                    await self._store.track([collection], reached)
                    await self._hold(view)
                    progress(min(reached, end), end)
                    batch, count = [], 0
        return reached

    async def _compare(self, view: Kept, live: str, rebuilt: str) -> tuple[int, tuple[Difference, ...]]:
        differing = 0
        told: list[Difference] = []
        async for difference in Comparison(view, store=self._store, history=self._history).differences(live, rebuilt):
            differing += 1
            if len(told) < REPORTED:
                told.append(difference)
        return differing, tuple(told)


def _lease(view: Kept) -> str:
    return f"rebuild:{view.name}"


def _silent(reached: int, end: int) -> None:
    """Tell nobody."""
