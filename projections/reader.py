"""Reading views: now, as of a moment, a page at a time, or as they change."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ledger.application.clock import Clock
from ledger.application.views import MAX_PAGE, Document, ViewStore
from projections.errors import AsOfInFuture, ViewBehind
from projections.generations import Generations
from projections.history import History
from projections.hot import Hot
from projections.tail import Tail
from projections.view import View, advance

TIMEOUT_S: Final = 2.0
# A clock may be a little ahead of the event loop's; a watcher never spins while they differ.
SHORTEST_NAP_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Listed:
    """Some documents, newest first; `before` is where the next page begins, None after the last."""

    documents: tuple[Document, ...]
    before: int | None


class Reader:
    """What people read, as it looks at the moment of reading. Whose a document is, the caller must ask."""

    def __init__(self, *, tail: Tail, hot: Hot, store: ViewStore, history: History, clock: Clock) -> None:
        """Read what is `hot` from memory and the rest from `store` and `history`."""
        self._tail = tail
        self._hot = hot
        self._store = store
        self._history = history
        self._clock = clock
        self._generations = Generations(store)

    def peek(self, view: View, stream_id: UUID) -> Document | None:
        """Return the document if it is in memory, without awaiting; None says nothing about whether it exists."""
        document = self._hot.peek(view, stream_id)
        return None if document is None else view.as_seen(document, self._clock.now())

    async def get(
        self, view: View, stream_id: UUID, *, at_least: int | None = None, timeout_s: float = TIMEOUT_S
    ) -> Document | None:
        """Return the document, None if there is none, reflecting every event through position `at_least`.

        Raises `ViewBehind` if the journal does not reach that far within `timeout_s`, `Unavailable`.
        """
        document = self._hot.peek(view, stream_id)
        if at_least is not None and (document is None or document.position < at_least):
            is_current = await self._caught_up(at_least, timeout_s)
            document = self._hot.peek(view, stream_id) if is_current else None
        document = document or await self._read(view, stream_id)
        return None if document is None else view.as_seen(document, self._clock.now())

    async def _caught_up(self, position: int, timeout_s: float) -> bool:
        """Wait until memory reflects `position`; False if only the journal itself does."""
        if await self._tail.beyond(position - 1, timeout_s=timeout_s):
            return True
        if await self._history.last_position() < position:
            raise ViewBehind(position=position)
        return False

    async def _read(self, view: View, stream_id: UUID) -> Document | None:
        """Read the stored document and what its stream says beyond it, and keep the outcome hot."""
        with self._hot.reading(view, stream_id) as missed:
            live = await self._generations.live(view)
            stored = await self._store.get_many(live.collection, [stream_id]) if live.of_our_form else {}
            document = await self._history.fold(view, stream_id, snapshot=stored.get(stream_id))
            for position, envelope in missed:
                document = advance(view, document, position, envelope)
        if document is not None:
            self._hot.keep(view, document)
        return document

    async def as_of(
        self, view: View, stream_id: UUID, *, position: int | None = None, moment: datetime | None = None
    ) -> Document | None:
        """Return the document as it was read at `moment`, or when the event at `position` was the last (EVT-7).

        None if there was none yet. Exactly one of the two is given. Raises `AsOfInFuture`.
        """
        assert (position is None) != (moment is None), "as of a position or of a moment"
        if moment is not None:
            if moment > self._clock.now():
                raise AsOfInFuture
            document = await self._history.fold_at(view, stream_id, moment)
            return None if document is None else view.as_seen(document, moment)
        return await self._as_of_position(view, stream_id, position or 0)

    async def _as_of_position(self, view: View, stream_id: UUID, position: int) -> Document | None:
        if position < 1:
            return None
        if position > self._tail.position and position > await self._history.last_position():
            raise AsOfInFuture
        document = await self._history.fold(view, stream_id, upto=position)
        return None if document is None else view.as_seen(document, await self._history.written_at(position))

    async def page(
        self,
        view: View,
        organization_id: UUID,
        mode: str,
        *,
        before: int | None = None,
        limit: int = 25,
        series: str | None = None,
    ) -> Listed:
        """Return up to `limit` documents of one organization and mode, newest first, from `before` on.

        With `series`, which must be theirs, only those of that series. What has just begun is among them, though the
        store may not have it yet.
        """
        limit = max(1, min(limit, MAX_PAGE))
        live = await self._generations.live(view)
        if series is None:
            stored = await self._store.page(live.collection, organization_id, mode, before=before, limit=limit + 1)
        else:
            stored = await self._store.latest(live.collection, series, before=before, limit=limit + 1)
        if not live.of_our_form:
            stored = await self._folded_anew(view, stored)
        found = {document.id: document for document in stored}
        for document in self._hot.begun(view):
            is_theirs = (document.organization_id, document.mode) == (organization_id, mode)
            if is_theirs and series in {None, document.series} and (before is None or document.created < before):
                found[document.id] = document
        newest = sorted(found.values(), key=lambda document: document.created, reverse=True)[: limit + 1]
        shown = tuple(self._latest(view, document) for document in newest[:limit])
        return Listed(shown, shown[-1].created if len(newest) > limit else None)

    async def _folded_anew(self, view: View, stored: list[Document]) -> list[Document]:
        """Return the documents as this release has them: of what another stored, only that they are there is used."""
        folded = [await self._history.fold(view, document.id) for document in stored]
        return [document for document in folded if document is not None]

    def _latest(self, view: View, document: Document) -> Document:
        hot = self._hot.glance(view, document.id)
        latest = hot if hot is not None and hot.position > document.position else document
        return view.as_seen(latest, self._clock.now())

    @asynccontextmanager
    async def watch(self, view: View, stream_id: UUID) -> AsyncIterator[AsyncIterator[Document]]:
        """Give an iterator of the document as it is and then as it changes; changes in quick succession are one.

        Use it with `async with`, at whose end nothing of it is left. Raises `TooManyWatchers`.
        """
        with self._hot.watching(view, stream_id) as changed:
            async with aclosing(self._forms(view, stream_id, changed)) as documents:
                yield documents

    async def wait_until(
        self, view: View, stream_id: UUID, predicate: Callable[[Document], bool], *, timeout_s: float
    ) -> Document | None:
        """Return the document as soon as `predicate` is true of it, or as it is after `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s), self.watch(view, stream_id) as documents:
                async for document in documents:
                    if predicate(document):
                        return document
        except TimeoutError:
            pass
        return await self.get(view, stream_id)

    async def _forms(self, view: View, stream_id: UUID, changed: asyncio.Event) -> AsyncGenerator[Document, None]:
        last: Document | None = None
        while True:
            changed.clear()
            document = await self.get(view, stream_id)
            if document is not None and document != last:
                last = document
                yield document
            await self._change(view, document, changed)

    async def _change(self, view: View, document: Document | None, changed: asyncio.Event) -> None:
        """Wait for an event, or for the moment at which the document looks different without one."""
        moment = None if document is None else view.changes_at(document)
        nap_s = None if moment is None else max(SHORTEST_NAP_S, (moment - self._clock.now()).total_seconds())
        try:
            async with asyncio.timeout(nap_s):
                await changed.wait()
        except TimeoutError:
            return
