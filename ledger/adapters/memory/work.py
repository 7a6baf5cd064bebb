"""Work in memory, for tests and for what need not last."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from typing_extensions import override

from ledger.application.work import WorkItem, WorkState, WorkStore, WorkUnknown


class MemoryWorkStore(WorkStore):
    """Keeps work for as long as the process lives; several workers of one event loop may share it."""

    def __init__(self) -> None:
        """Begin with no work."""
        self._items: dict[str, WorkItem] = {}
        self._tracked: dict[str, int] = {}

    @override
    async def add(self, items: Sequence[WorkItem]) -> None:
        for item in items:
            self._items.setdefault(item.item_id, replace(item, due_at=_kept(item.due_at)))

    @override
    async def claim(self, item_id: str, *, now: datetime, lease: timedelta) -> WorkItem | None:
        item = self._items.get(item_id)
        ready = None if item is None else _ready_at(item)
        if item is None or ready is None or ready > now:
            return None
        return self._keep(
            replace(
                item,
                state=WorkState.LEASED,
                attempts=item.attempts + 1,
                failures=item.failures + (item.state is WorkState.LEASED),
                fence=item.fence + 1,
                lease_until=_kept(now + lease),
            )
        )

    @override
    async def renew(self, items: Sequence[WorkItem], *, now: datetime, lease: timedelta) -> None:
        for item in items:
            kept = self._items.get(item.item_id)
            if kept is not None and kept.state is WorkState.LEASED and kept.fence == item.fence:
                self._keep(replace(kept, lease_until=_kept(now + lease)))

    @override
    async def finish(self, item: WorkItem) -> bool:
        return self._fenced(item, state=WorkState.DONE)

    @override
    async def postpone(self, item: WorkItem, *, due_at: datetime, error: str | None = None) -> bool:
        failures = 0 if error is None else item.failures + 1
        return self._fenced(item, state=WorkState.PENDING, due_at=_kept(due_at), failures=failures, last_error=error)

    @override
    async def bury(self, item: WorkItem, *, error: str) -> bool:
        return self._fenced(item, state=WorkState.DEAD, last_error=error)

    @override
    async def release(self, item: WorkItem, *, now: datetime) -> bool:
        return self._fenced(item, state=WorkState.PENDING, due_at=_kept(now), attempts=item.attempts - 1)

    @override
    async def due(self, *, now: datetime, limit: int) -> list[WorkItem]:
        waiting = [(ready, item) for item in self._items.values() if (ready := _ready_at(item)) and ready <= now]
        return [item for _, item in sorted(waiting, key=lambda each: (each[0], each[1].item_id))][:limit]

    @override
    async def get(self, item_id: str) -> WorkItem:
        if item_id not in self._items:
            raise WorkUnknown
        return self._items[item_id]

    @override
    async def listed(self, state: WorkState, *, limit: int = 100) -> list[WorkItem]:
        found = [item for item in self._items.values() if item.state is state]
        return sorted(found, key=lambda item: (item.position, item.item_id))[:limit]

    @override
    async def revive(self, item_id: str, *, now: datetime) -> bool:
        item = self._items.get(item_id)
        if item is None or item.state is not WorkState.DEAD:
            return False
        self._keep(replace(item, state=WorkState.PENDING, due_at=_kept(now), attempts=0, failures=0))
        return True

    @override
    async def hasten(self, stream_id: UUID, consumer: str, *, now: datetime) -> bool:
        waiting = [
            item
            for item in self._items.values()
            if (item.stream_id, item.consumer, item.state) == (stream_id, consumer, WorkState.PENDING)
            and item.due_at > now
        ]
        for item in waiting:
            self._keep(replace(item, due_at=_kept(now)))
        return bool(waiting)

    @override
    async def counts(self) -> Mapping[WorkState, int]:
        counted = Counter(item.state for item in self._items.values())
        return {state: counted[state] for state in (WorkState.PENDING, WorkState.LEASED, WorkState.DEAD)}

    @override
    async def oldest_due(self, *, now: datetime) -> datetime | None:
        oldest = await self.due(now=now, limit=1)
        return _ready_at(oldest[0]) if oldest else None

    @override
    async def track(self, name: str, position: int) -> None:
        self._tracked[name] = max(position, self._tracked.get(name, 0))

    @override
    async def tracked(self, name: str) -> int:
        return self._tracked.get(name, 0)

    def _fenced(self, item: WorkItem, **changes: object) -> bool:
        kept = self._items.get(item.item_id)
        if kept is None or kept.state is not WorkState.LEASED or kept.fence != item.fence:
            return False
        self._keep(replace(kept, lease_until=None, **changes))  # type: ignore[arg-type]
        return True

    def _keep(self, item: WorkItem) -> WorkItem:
        self._items[item.item_id] = item
        return item


def _ready_at(item: WorkItem) -> datetime | None:
    match item.state:
        case WorkState.PENDING:
            return item.due_at
        case WorkState.LEASED:
            return item.lease_until
        case _:
            return None


def _kept(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
