"""Documents in MongoDB: all views and generations in one collection, each document replaced only by a later one."""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from typing import Any, Final, TypeAlias
from uuid import UUID

from pymongo import ASCENDING, DESCENDING, IndexModel, ReplaceOne
from pymongo.errors import BulkWriteError
from typing_extensions import override

from ledger.adapters.mongo import driver
from ledger.adapters.mongo.failures import translated
from ledger.adapters.mongo.view_document import all_of, document_of, key_of, stored_form
from ledger.adapters.mongo.view_standings import MongoViewStandings
from ledger.application.views import Document

VIEWS: Final = "views"
DOCUMENTS_PER_BATCH: Final = 500
_DUPLICATE_KEY: Final = 11_000
Replacement: TypeAlias = ReplaceOne[dict[str, Any]]


class MongoViewStore(MongoViewStandings):
    """Keeps documents in one collection of `database`: the application's role names the collections it may write."""

    def __init__(self, database: driver.Database) -> None:
        """Use `database`, whose client writes and reads with majority: what was tracked must not be rolled back."""
        super().__init__(database)
        self._views: driver.Collection = database[VIEWS]

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
        ids = [key_of(collection, key) for key in keys]
        with translated():
            if len(ids) == 1:
                one = await self._views.find_one({"_id": ids[0]})
                found = [] if one is None else [one]
            else:
                found = [stored async for stored in self._views.find({"_id": {"$in": ids}})]
        return {document.id: document for document in map(document_of, found)}

    @override
    async def put_many(self, collection: str, documents: Sequence[Document]) -> None:
        if not documents:
            return
        first = [document for document in documents if document.position == document.created]
        later = [document for document in documents if document.position != document.created]
        with translated():
            if first:
                await self._insert(collection, first)
            # Where somebody else was inserting an earlier form just now, the second attempt finds and replaces it.
            refused = await self._replace([_replacement(collection, document) for document in later])
            if refused:
                await self._replace(refused)

    async def _insert(self, collection: str, documents: list[Document]) -> None:
        """Insert first forms: whatever is there already is as late or later. Entries of the books are never else."""
        try:
            await self._views.insert_many(
                [stored_form(collection, document) for document in documents], ordered=False
            )
        except BulkWriteError as error:
            _refused(error)

    async def _replace(self, replacements: list[Replacement]) -> list[Replacement]:
        """Replace what may be replaced and return what was refused because something is there."""
        if not replacements:
            return []
        try:
            await self._views.bulk_write(replacements, ordered=False)
        except BulkWriteError as error:
            return [replacements[index] for index in _refused(error)]
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
            return [document_of(stored) async for stored in found]

    @override
    async def latest(
        self, collection: str, series: str, *, before: int | None = None, limit: int = 1
    ) -> list[Document]:
        wanted: dict[str, Any] = {"collection": collection, "series": series}
        if before is not None:
            wanted["created"] = {"$lt": before}
        with translated():
            found = self._views.find(wanted, sort=[("created", DESCENDING)], limit=limit)
            return [document_of(stored) async for stored in found]

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
        found = self._views.find(all_of(collection), sort=[("_id", ASCENDING)], batch_size=DOCUMENTS_PER_BATCH)
        try:
            while True:
                with translated():
                    stored = await anext(found, None)
                if stored is None:
                    return
                yield document_of(stored)
        finally:
            await found.close()

    @override
    async def drop(self, collection: str) -> None:
        with translated():
            # The tracking first: documents without it are only work to be done again.
            await self._untrack(collection)
            await self._views.delete_many(all_of(collection))


def _replacement(collection: str, document: Document) -> Replacement:
    # A document that is as late or later does not match, and inserting beside it is refused by its id.
    earlier = {"_id": key_of(collection, document.id), "position": {"$lt": document.position}}
    return ReplaceOne(earlier, stored_form(collection, document), upsert=True)


def _refused(error: BulkWriteError) -> list[int]:
    """Return which writes were refused because something is there; raise what went wrong otherwise."""
    details: Mapping[str, Any] = error.details or {}
    errors: list[dict[str, Any]] = details.get("writeErrors", [])
    if {each["code"] for each in errors} != {_DUPLICATE_KEY} or details.get("writeConcernErrors"):
        raise error
    return [each["index"] for each in errors]
