"""Keeping stored documents current: batches of pages become documents, then the tracking moves."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID, uuid4

from ledger.application.mapper import Envelope
from ledger.application.views import Document, ViewStore
from ledger.domain.aggregate import Created
from projections.history import History
from projections.hot import Hot
from projections.tail import Facts, Tail
from projections.view import View, advance

log = logging.getLogger(__name__)

LEASE: Final = "views"
LEASE_S: Final = 5.0
RENEW_S: Final = 1.0
BATCH_EVENTS: Final = 2_000

Changes = dict[UUID, list[tuple[int, Envelope]]]


class ViewWriter:
    """Writes the views' documents while it holds the lease; two at once are harmless: documents only go forward."""

    def __init__(
        self, views: Sequence[View], *, tail: Tail, hot: Hot, store: ViewStore, history: History, name: str
    ) -> None:
        """Write `views` into `store` as `tail` grows; `name` says whose lease it is."""
        self._views = tuple(views)
        self._tail = tail
        self._hot = hot
        self._store = store
        self._history = history
        self._name = f"{name}-{uuid4().hex[:12]}"
        self._tracked: dict[str, int] = {}
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
        collections = {view: await self._store.live(view.name) for view in self._views}
        self._tracked = {name: await self._store.tracking(name) for name in collections.values()}
        loop = asyncio.get_running_loop()
        renew_at = loop.time() + RENEW_S
        while (left_s := renew_at - loop.time()) > 0:
            if await self._tail.beyond(self.written, timeout_s=left_s):
                await self._write(collections, await self._tail.batch(self.written, limit=BATCH_EVENTS))

    async def _write(self, collections: dict[View, str], batch: list[Facts]) -> None:
        for view, collection in collections.items():
            documents = await self._documents(view, collection, _changes(view, batch))
            if documents:
                await self._store.put_many(collection, documents)
        # Only now: whoever dies before this line writes the same documents again, which changes nothing.
        for collection in collections.values():
            await self._store.track(collection, batch[-1].last)
            self._tracked[collection] = batch[-1].last

    async def _documents(self, view: View, collection: str, changes: Changes) -> list[Document]:
        known = {key: document for key in changes if (document := self._hot.glance(view, key)) is not None}
        unknown = [key for key, facts in changes.items() if key not in known and not _begins(facts)]
        if unknown:
            known |= await self._store.get_many(collection, unknown)
        for key in unknown:
            if key not in known:
                # The store has lost it, or it was never there; its stream knows.
                folded = await self._history.fold(view, key)
                assert folded is not None, "a stream that goes on has begun"
                known[key] = folded
        return [_evolved(view, known.get(key), facts) for key, facts in changes.items()]


def _changes(view: View, batch: list[Facts]) -> Changes:
    changes: Changes = {}
    for position, envelope in _of(view, batch):
        changes.setdefault(view.key(envelope), []).append((position, envelope))
    return changes


def _of(view: View, batch: list[Facts]) -> Iterator[tuple[int, Envelope]]:
    for facts in batch:
        for position, envelope in facts.placed:
            if type(envelope.event).TOPIC in view.topics:  # type: ignore[attr-defined]
                yield position, envelope


def _begins(facts: list[tuple[int, Envelope]]) -> bool:
    return isinstance(facts[0][1].event, Created)


def _evolved(view: View, document: Document | None, facts: list[tuple[int, Envelope]]) -> Document:
    for position, envelope in facts:
        document = advance(view, document, position, envelope)
    assert document is not None, "facts leave a document"
    return document
