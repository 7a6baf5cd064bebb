"""Work in MongoDB: one document an item; `ready_at` is when it can next be claimed, absent when it never can."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bson import Int64
from pymongo import ASCENDING, IndexModel, ReturnDocument, WriteConcern
from pymongo.errors import BulkWriteError, PyMongoError
from pymongo.read_concern import ReadConcern
from typing_extensions import override

from ledger.adapters.mongo.driver import Collection, Database, Document
from ledger.adapters.mongo.failures import heeding_cancellation
from ledger.application.work import WorkItem, WorkState, WorkStore, WorkUnavailable, WorkUnknown

WORK = "work"
TRACKING = "work_positions"
KEEP_DONE = timedelta(days=7)
_DUPLICATE = 11000
_CAN_BE_CLAIMED = {"ready_at": {"$exists": True}}

INDEXES = (
    IndexModel([("ready_at", ASCENDING)], name="ready", partialFilterExpression=_CAN_BE_CLAIMED),
    IndexModel([("stream_id", ASCENDING)], name="stream", partialFilterExpression=_CAN_BE_CLAIMED),
    IndexModel([("position", ASCENDING)], name="dead", partialFilterExpression={"state": "dead"}),
    IndexModel([("done_at", ASCENDING)], name="done", expireAfterSeconds=int(KEEP_DONE.total_seconds())),
)


class MongoWorkStore(WorkStore):
    """Keeps work in one collection; what is done leaves it after a week."""

    def __init__(self, database: Database) -> None:
        """Use `database`, whose client writes and reads with majority."""
        self._durable: Collection = database[WORK]
        # Claims and results only save work: one that is rolled back with a primary means that an item is handled
        # again, which changes nothing. So they wait for one machine and no disk.
        self._quick: Collection = self._durable.with_options(
            write_concern=WriteConcern(w=1), read_concern=ReadConcern("local")
        )
        self._tracking: Collection = database[TRACKING]
        self._has_indexes = False

    async def create_indexes(self) -> None:
        """Create what the queries need; harmless to repeat."""
        with _translated():
            await self._durable.create_indexes(list(INDEXES))
        self._has_indexes = True

    @override
    async def add(self, items: Sequence[WorkItem]) -> None:
        if not items:
            return
        if not self._has_indexes:
            await self.create_indexes()
        with _translated():
            try:
                await self._durable.insert_many([_to_document(item) for item in items], ordered=False)
            except BulkWriteError as error:
                if any(failed["code"] != _DUPLICATE for failed in error.details["writeErrors"]):
                    raise

    @override
    async def claim(self, item_id: str, *, now: datetime, lease: timedelta) -> WorkItem | None:
        until = now + lease
        died = {"$cond": [{"$eq": ["$state", "leased"]}, 1, 0]}
        claimed = {
            "state": "leased",
            "attempts": {"$add": ["$attempts", 1]},
            "failures": {"$add": ["$failures", died]},
            "fence": {"$add": ["$fence", 1]},
            "lease_until": until,
            "ready_at": until,
        }
        with _translated():
            document = await self._quick.find_one_and_update(
                {"_id": item_id, "ready_at": {"$lte": now}},
                [{"$set": claimed}],
                return_document=ReturnDocument.AFTER,
            )
        return None if document is None else _to_item(document)

    @override
    async def renew(self, items: Sequence[WorkItem], *, now: datetime, lease: timedelta) -> None:
        if not items:
            return
        held = [{"_id": item.item_id, "fence": item.fence} for item in items]
        longer = {"$set": {"lease_until": now + lease, "ready_at": now + lease}}
        with _translated():
            await self._quick.update_many({"state": "leased", "$or": held}, longer)

    @override
    async def finish(self, item: WorkItem) -> bool:
        change: Document = {"$set": {"state": "done"}, "$currentDate": {"done_at": True}}
        return await self._fenced(item, change, ready_at=None)

    @override
    async def postpone(self, item: WorkItem, *, due_at: datetime, error: str | None = None) -> bool:
        failures = 0 if error is None else item.failures + 1
        change = {"state": "pending", "due_at": due_at, "failures": failures, "last_error": error}
        return await self._fenced(item, {"$set": change}, ready_at=due_at)

    @override
    async def bury(self, item: WorkItem, *, error: str) -> bool:
        change = {"$set": {"state": "dead", "last_error": error}}
        return await self._fenced(item, change, ready_at=None, collection=self._durable)

    @override
    async def release(self, item: WorkItem, *, now: datetime) -> bool:
        change = {"state": "pending", "due_at": now, "attempts": item.attempts - 1}
        return await self._fenced(item, {"$set": change}, ready_at=now)

    async def _fenced(
        self,
        item: WorkItem,
        change: Document,
        *,
        ready_at: datetime | None,
        collection: Collection | None = None,
    ) -> bool:
        change["$unset"] = {"lease_until": ""}
        if ready_at is None:
            change["$unset"]["ready_at"] = ""
        else:
            change["$set"]["ready_at"] = ready_at
        held = {"_id": item.item_id, "fence": item.fence, "state": "leased"}
        with _translated():
            done = await (self._quick if collection is None else collection).update_one(held, change)
        return done.matched_count == 1

    @override
    async def due(self, *, now: datetime, limit: int) -> list[WorkItem]:
        return await self._found({"ready_at": {"$lte": now}}, [("ready_at", 1), ("_id", 1)], limit)

    @override
    async def get(self, item_id: str) -> WorkItem:
        found = await self._found({"_id": item_id}, [("_id", 1)], 1)
        if not found:
            raise WorkUnknown
        return found[0]

    @override
    async def listed(self, state: WorkState, *, limit: int = 100) -> list[WorkItem]:
        return await self._found({"state": state.value}, [("position", 1), ("_id", 1)], limit)

    async def _found(self, query: dict[str, Any], order: list[tuple[str, int]], limit: int) -> list[WorkItem]:
        with _translated():
            documents = await self._quick.find(query, sort=order, limit=limit).to_list(limit)
        return [_to_item(document) for document in documents]

    @override
    async def revive(self, item_id: str, *, now: datetime) -> bool:
        change = {"state": "pending", "due_at": now, "ready_at": now, "attempts": 0, "failures": 0}
        with _translated():
            done = await self._durable.update_one({"_id": item_id, "state": "dead"}, {"$set": change})
        return done.matched_count == 1

    @override
    async def hasten(self, stream_id: UUID, consumer: str, *, now: datetime) -> bool:
        waiting = {
            "stream_id": stream_id,
            "consumer": consumer,
            "state": "pending",
            "due_at": {"$gt": now},
            **_CAN_BE_CLAIMED,
        }
        with _translated():
            done = await self._quick.update_many(waiting, {"$set": {"due_at": now, "ready_at": now}})
        return done.matched_count > 0

    @override
    async def counts(self) -> Mapping[WorkState, int]:
        counted = {}
        with _translated():
            for state in (WorkState.PENDING, WorkState.LEASED, WorkState.DEAD):
                query = {"state": state.value} | ({} if state is WorkState.DEAD else _CAN_BE_CLAIMED)
                counted[state] = await self._quick.count_documents(query)
        return counted

    @override
    async def oldest_due(self, *, now: datetime) -> datetime | None:
        with _translated():
            oldest = await self._quick.find_one({"ready_at": {"$lte": now}}, {"ready_at": 1}, sort=[("ready_at", 1)])
        return None if oldest is None else oldest["ready_at"]

    @override
    async def track(self, name: str, position: int) -> None:
        with _translated():
            await self._tracking.update_one(
                {"_id": name}, {"$max": {"notification_id": Int64(position)}}, upsert=True
            )

    @override
    async def tracked(self, name: str) -> int:
        with _translated():
            found = await self._tracking.find_one({"_id": name})
        return 0 if found is None else int(found["notification_id"])


def _to_document(item: WorkItem) -> Document:
    return {
        "_id": item.item_id,
        "queue": item.queue,
        "consumer": item.consumer,
        "stream_id": item.stream_id,
        "position": Int64(item.position),
        "due_at": item.due_at,
        "ready_at": item.due_at,
        "state": item.state.value,
        "attempts": item.attempts,
        "failures": item.failures,
        "fence": item.fence,
    }


def _to_item(document: Document) -> WorkItem:
    return WorkItem(
        item_id=document["_id"],
        queue=document["queue"],
        consumer=document["consumer"],
        stream_id=document["stream_id"],
        position=int(document["position"]),
        due_at=document["due_at"],
        state=WorkState(document["state"]),
        attempts=document["attempts"],
        failures=document["failures"],
        fence=document["fence"],
        lease_until=document.get("lease_until"),
        last_error=document.get("last_error"),
    )


@contextmanager
def _translated() -> Iterator[None]:
    """Raise `WorkUnavailable` for whatever the driver raises."""
    try:
        with heeding_cancellation():
            yield
    except PyMongoError as error:
        raise WorkUnavailable(str(error)) from error
