"""Keeping stored documents current: batches of pages become documents, then the tracking moves."""

import asyncio
from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from ledger.application.views import ViewStore
from ledger.runtime.telemetry import instruments
from projections.batches import Batches
from projections.books import Kept
from projections.history import History
from projections.hot import Hot
from projections.tail import Facts, Tail

LEASE: Final = "views"
LEASE_S: Final = 5.0
RENEW_S: Final = 1.0
BATCH_EVENTS: Final = 2_000
LINGER_S: Final = 0.1
"""A document that changes several times within this time is written once; nobody waits, for readers ask memory."""


class ViewWriter:
    """Writes the views' documents while it holds the lease; two at once are harmless: documents only go forward."""

    def __init__(
        self, views: Sequence[Kept], *, tail: Tail, hot: Hot, store: ViewStore, history: History, name: str
    ) -> None:
        """Write `views` into `store` as `tail` grows; `name` says whose lease it is."""
        self._views = tuple(views)
        self._tail = tail
        self._store = store
        self._batches = Batches(hot, store, history)
        self._name = f"{name}-{uuid4().hex[:12]}"
        self._tracked: dict[str, int] = {}
        self._is_of_an_older_release = False
        self.fence: int | None = None

    @property
    def written(self) -> int:
        """The position through which every view is stored, as far as this process knows."""
        return min(self._tracked.values(), default=0)

    async def run(self) -> None:
        """Take the lease when it is free and write while it is ours, until cancelled."""
        while True:
            if await self._hold():
                await self._write_while_held()
            else:
                await asyncio.sleep(RENEW_S)
            if self._is_of_an_older_release:
                # A newer one that waits takes it in this time; if there is none, we go on with what we can write.
                await self.release()
                await asyncio.sleep(2 * RENEW_S)

    async def release(self) -> None:
        """Let another process write at once."""
        if self.fence is not None:
            self.fence = None
            await self._store.release(LEASE, self._name)

    async def _hold(self) -> bool:
        self.fence = await self._store.hold(LEASE, self._name, ttl_s=LEASE_S)
        return self.fence is not None

    async def _write_while_held(self) -> None:
        """Write for as long as a lease may be trusted without renewing it; begin where the live collections are."""
        collections = await self._of_our_form()
        loop = asyncio.get_running_loop()
        renew_at = loop.time() + RENEW_S
        if not collections:
            await asyncio.sleep(RENEW_S)
            return
        while (left_s := renew_at - loop.time()) > 0:
            if await self._tail.beyond(self.written, timeout_s=left_s):
                batch = await self._tail.batch(self.written, limit=BATCH_EVENTS)
                await self._write(collections, batch)
                if batch[-1].last - batch[0].first < BATCH_EVENTS - 1:
                    await asyncio.sleep(LINGER_S)

    async def _of_our_form(self) -> dict[Kept, str]:
        """Return where the views are that we may write: an older form is being built anew, a newer is not ours."""
        collections: dict[Kept, str] = {}
        self._is_of_an_older_release = False
        standings = await self._store.standings(view.name for view in self._views)
        for view in self._views:
            standing = standings[view.name]
            form = standing.form or await self._store.claim(standing.collection, view.form)
            if form == view.form:
                collections[view] = standing.collection
            self._is_of_an_older_release |= form > view.form
        self._tracked = {collections[view]: standings[view.name].position for view in collections}
        return collections

    async def _write(self, collections: dict[Kept, str], batch: list[Facts]) -> None:
        for view, collection in collections.items():
            await self._batches.put(view, collection, batch)
        # Only now: whoever dies before this line writes the same documents again, which changes nothing.
        await self._store.track(collections.values(), batch[-1].last)
        self._tracked = dict.fromkeys(collections.values(), batch[-1].last)
        for view in collections:
            instruments().projection_lag.set(self._tail.position - self.written, {"view": view.name})
