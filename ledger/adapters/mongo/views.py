"""Documents in MongoDB: all views and generations in one collection, each document replaced only by a later one."""

from collections.abc import AsyncGenerator, Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

import orjson
from bson import Int64
from pymongo import ASCENDING, DESCENDING, IndexModel, ReplaceOne, ReturnDocument
from pymongo.errors import BulkWriteError
from typing_extensions import override

from ledger.adapters.mongo import driver
from ledger.adapters.mongo.failures import translated
from ledger.application.views import Document, ViewStore, generation

VIEWS: Final = "views"
# Beside them: where each view is read, how far each collection has come, and who writes.
PROJECTIONS: Final = "projections"
DOCUMENTS_PER_BATCH: Final = 500
_DUPLICATE_KEY: Final = 11_000
Replacement: TypeAlias = ReplaceOne[dict[str, Any]]
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


class MongoViewStore(ViewStore):
    """Keeps documents in one collection of `database`: the application's role names the collections it may write."""

    def __init__(self, database: driver.Database) -> None:
        """Use `database`, whose client writes and reads with majority: what was tracked must not be rolled back."""
        self._views: driver.Collection = database[VIEWS]
        self._projections: driver.Collection = database[PROJECTIONS]
        self._leases: set[str] = set()

    @override
    async def prepare(self) -> None:
        by_owner = [
            ("collection", ASCENDING),
            ("organization", ASCENDING),
            ("mode", ASCENDING),
            ("created", DESCENDING),
        ]
        with translated():
            await self._views.create_indexes(
                [
                    IndexModel(by_owner, name="by_owner"),
                    # Only documents that are of a series cost an entry here.
                    IndexModel(
                        [("collection", ASCENDING), ("series", ASCENDING), ("created", DESCENDING)],
                        name="by_series",
                        partialFilterExpression={"series": {"$exists": True}},
                    ),
                ]
            )

    @override
    async def get_many(self, collection: str, keys: Collection[UUID]) -> dict[UUID, Document]:
        ids = [_id(collection, key) for key in keys]
        with translated():
            if len(ids) == 1:
                one = await self._views.find_one({"_id": ids[0]})
                found = [] if one is None else [one]
            else:
                found = [stored async for stored in self._views.find({"_id": {"$in": ids}})]
        return {document.id: document for document in map(_document, found)}

    @override
    async def put_many(self, collection: str, documents: Sequence[Document]) -> None:
        if not documents:
            return
        # A document that is as late or later does not match, and inserting beside it is refused by its id.
        replacements = [
            ReplaceOne(
                {"_id": _id(collection, document.id), "position": {"$lt": document.position}},
                _stored(collection, document),
                upsert=True,
            )
            for document in documents
        ]
        with translated():
            # Where somebody else was inserting an earlier form just now, the second attempt finds and replaces it.
            refused = await self._replace(replacements)
            if refused:
                await self._replace(refused)

    async def _replace(self, replacements: list[Replacement]) -> list[Replacement]:
        """Replace what may be replaced and return what was refused because something is there."""
        try:
            await self._views.bulk_write(replacements, ordered=False)
        except BulkWriteError as error:
            errors: list[dict[str, Any]] = (error.details or {}).get("writeErrors", [])
            if {each["code"] for each in errors} != {_DUPLICATE_KEY} or (error.details or {}).get(
                "writeConcernErrors"
            ):
                raise
            return [replacements[each["index"]] for each in errors]
        return []

    @override
    async def page(
        self, collection: str, organization_id: UUID, mode: str, *, before: int | None = None, limit: int
    ) -> list[Document]:
        wanted: dict[str, Any] = {"collection": collection, "organization": organization_id, "mode": mode}
        if before is not None:
            wanted["created"] = {"$lt": before}
        with translated():
            found = self._views.find(wanted, sort=[("created", DESCENDING)], limit=limit)
            return [_document(stored) async for stored in found]

    @override
    async def latest(
        self, collection: str, series: str, *, before: int | None = None, limit: int = 1
    ) -> list[Document]:
        wanted: dict[str, Any] = {"collection": collection, "series": series}
        if before is not None:
            wanted["created"] = {"$lt": before}
        with translated():
            found = self._views.find(wanted, sort=[("created", DESCENDING)], limit=limit)
            return [_document(stored) async for stored in found]

    @override
    async def series(self, collection: str, prefix: str, *, after: str = "") -> str | None:
        # One look at the index for each series, however many documents each of them has.
        beyond = {"$gt": max(after, prefix), "$lt": f"{prefix}\U0010ffff"}
        with translated():
            found = await self._views.find_one(
                {"collection": collection, "series": beyond}, {"series": 1}, sort=[("series", ASCENDING)]
            )
        return None if found is None else str(found["series"])

    @override
    async def documents(self, collection: str) -> AsyncGenerator[Document, None]:
        found = self._views.find(_all(collection), sort=[("_id", ASCENDING)], batch_size=DOCUMENTS_PER_BATCH)
        try:
            while True:
                with translated():
                    stored = await anext(found, None)
                if stored is None:
                    return
                yield _document(stored)
        finally:
            await found.close()

    @override
    async def drop(self, collection: str) -> None:
        with translated():
            # The tracking first: documents without it are only work to be done again.
            await self._projections.delete_one({"_id": f"tracking:{collection}"})
            await self._views.delete_many(_all(collection))

    @override
    async def tracking(self, collection: str) -> int:
        with translated():
            tracked = await self._projections.find_one({"_id": f"tracking:{collection}"})
        return 0 if tracked is None else int(tracked["position"])

    @override
    async def track(self, collection: str, position: int) -> None:
        with translated():
            await self._projections.update_one(
                {"_id": f"tracking:{collection}"}, {"$max": {"position": Int64(position)}}, upsert=True
            )

    @override
    async def live(self, view: str) -> str:
        with translated():
            live = await self._projections.find_one({"_id": f"live:{view}"})
        return generation(view, 1) if live is None else str(live["collection"])

    @override
    async def switch(self, view: str, collection: str) -> None:
        with translated():
            await self._projections.update_one(
                {"_id": f"live:{view}"}, {"$set": {"collection": collection}}, upsert=True
            )

    @override
    async def hold(self, lease: str, holder: str, *, ttl_s: float) -> int | None:
        ours = {"$eq": ["$holder", {"$literal": holder}]}
        until = {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": Int64(ttl_s * 1000)}}
        fence = {"$cond": [ours, "$fence", {"$add": ["$fence", 1]}]}
        with translated():
            await self._have(lease)
            # The server's clock alone decides, so that processes need not agree on the time.
            held = await self._projections.find_one_and_update(
                {"_id": f"lease:{lease}", "$expr": {"$or": [ours, {"$lte": ["$until", "$$NOW"]}]}},
                [{"$set": {"holder": {"$literal": holder}, "fence": fence, "until": until}}],
                return_document=ReturnDocument.AFTER,
            )
        return None if held is None else int(held["fence"])

    async def _have(self, lease: str) -> None:
        if lease not in self._leases:
            nobodys = {"holder": "", "fence": Int64(0), "until": _LONG_AGO}
            await self._projections.update_one({"_id": f"lease:{lease}"}, {"$setOnInsert": nobodys}, upsert=True)
            self._leases.add(lease)

    @override
    async def release(self, lease: str, holder: str) -> None:
        with translated():
            await self._projections.update_one(
                {"_id": f"lease:{lease}", "holder": holder}, {"$set": {"until": _LONG_AGO}}
            )


def _id(collection: str, key: UUID) -> str:
    return f"{collection}:{key.hex}"


def _all(collection: str) -> dict[str, Any]:
    return {"_id": {"$gte": f"{collection}:", "$lt": f"{collection};"}}


def _stored(collection: str, document: Document) -> dict[str, Any]:
    of_series = {} if document.series is None else {"series": document.series}
    return {
        "_id": _id(collection, document.id),
        "collection": collection,
        **of_series,
        "organization": document.organization_id,
        "mode": document.mode,
        "created": Int64(document.created),
        "position": Int64(document.position),
        "version": document.version,
        # As text: the bytes people get, and any key a merchant may have thought of.
        "body": document.text.decode(),
    }


def _document(stored: dict[str, Any]) -> Document:
    return Document(
        id=UUID(hex=stored["_id"].rpartition(":")[2]),
        position=int(stored["position"]),
        version=int(stored["version"]),
        created=int(stored["created"]),
        organization_id=stored["organization"],
        mode=stored["mode"],
        body=orjson.loads(stored["body"]),
        series=stored.get("series"),
    )
