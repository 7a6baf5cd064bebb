"""Documents in memory, for tests and for what need not last."""

from collections.abc import AsyncGenerator, Collection, Iterable, Sequence
from uuid import UUID

from typing_extensions import override

from ledger.application.clock import Clock
from ledger.application.views import FIRST_FORM, Document, Standing, ViewStore, generation


class MemoryViewStore(ViewStore):
    """Keeps documents for as long as the process lives; several runners of one event loop may share it."""

    def __init__(self, clock: Clock) -> None:
        """Begin with nothing; leases end by `clock`."""
        self._clock = clock
        self._collections: dict[str, dict[UUID, Document]] = {}
        self._tracked: dict[str, int] = {}
        self._forms: dict[str, int] = {}
        self._live: dict[str, str] = {}
        self._leases: dict[str, tuple[str, int, float]] = {}

    @override
    async def prepare(self) -> None:
        pass

    @override
    async def get_many(self, collection: str, keys: Collection[UUID]) -> dict[UUID, Document]:
        kept = self._collections.get(collection, {})
        return {key: kept[key] for key in keys if key in kept}

    @override
    async def put_many(self, collection: str, documents: Sequence[Document]) -> None:
        kept = self._collections.setdefault(collection, {})
        for document in documents:
            known = kept.get(document.id)
            if known is None or known.position < document.position:
                kept[document.id] = document

    @override
    async def page(
        self, collection: str, organization_id: UUID, mode: str, *, before: int | None = None, limit: int
    ) -> list[Document]:
        found = [
            document
            for document in self._collections.get(collection, {}).values()
            if (document.organization_id, document.mode) == (organization_id, mode)
            and (before is None or document.created < before)
        ]
        return sorted(found, key=lambda document: document.created, reverse=True)[:limit]

    @override
    async def latest(
        self, collection: str, series: str, *, before: int | None = None, limit: int = 1
    ) -> list[Document]:
        found = [
            document
            for document in self._collections.get(collection, {}).values()
            if document.series == series and (before is None or document.created < before)
        ]
        return sorted(found, key=lambda document: document.created, reverse=True)[:limit]

    @override
    async def series(self, collection: str, prefix: str, *, after: str = "") -> str | None:
        named = (document.series for document in self._collections.get(collection, {}).values())
        return min((name for name in named if name and name.startswith(prefix) and name > after), default=None)

    @override
    async def documents(self, collection: str) -> AsyncGenerator[Document, None]:
        for _, document in sorted(self._collections.get(collection, {}).items()):
            yield document

    @override
    async def drop(self, collection: str) -> None:
        self._collections.pop(collection, None)
        self._tracked.pop(collection, None)
        self._forms.pop(collection, None)

    @override
    async def tracking(self, collection: str) -> int:
        return self._tracked.get(collection, 0)

    @override
    async def track(self, collections: Iterable[str], position: int) -> None:
        for collection in collections:
            self._tracked[collection] = max(position, self._tracked.get(collection, 0))

    @override
    async def form(self, collection: str) -> int | None:
        return self._forms.get(collection, FIRST_FORM if self._tracked.get(collection) else None)

    @override
    async def claim(self, collection: str, form: int) -> int:
        return self._forms.setdefault(collection, FIRST_FORM if self._tracked.get(collection) else form)

    @override
    async def standings(self, views: Iterable[str]) -> dict[str, Standing]:
        live = {view: self._live.get(view, generation(view, 1)) for view in views}
        return {
            view: Standing(collection, await self.form(collection), self._tracked.get(collection, 0))
            for view, collection in live.items()
        }

    @override
    async def live(self, view: str) -> str:
        return self._live.get(view, generation(view, 1))

    @override
    async def switch(self, view: str, collection: str) -> None:
        self._live[view] = collection

    @override
    async def hold(self, lease: str, holder: str, *, ttl_s: float) -> int | None:
        now = self._clock.now().timestamp()
        owner, fence, until = self._leases.get(lease, ("", 0, 0.0))
        if owner != holder and now < until:
            return None
        fence += owner != holder
        self._leases[lease] = (holder, fence, now + ttl_s)
        return fence

    @override
    async def release(self, lease: str, holder: str) -> None:
        owner, fence, _ = self._leases.get(lease, ("", 0, 0.0))
        if owner == holder:
            self._leases[lease] = (holder, fence, 0.0)
