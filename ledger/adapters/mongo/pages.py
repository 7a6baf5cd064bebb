"""Pages in MongoDB: one document each, inserted and never touched again."""

from collections.abc import AsyncGenerator
from typing import Self
from uuid import UUID

from eventsourcing.persistence import Tracking
from pymongo.errors import DuplicateKeyError
from typing_extensions import override

from ledger.adapters.mongo.doorbell import Doorbell
from ledger.adapters.mongo.driver import Collection, Database
from ledger.adapters.mongo.failures import translated
from ledger.adapters.mongo.page_document import to_document, to_page
from ledger.adapters.mongo.stream_query import placed_entries, stream_query
from ledger.application.journal.page import Entry, Key, Page
from ledger.application.journal.store import PageStore, PageTaken, StreamVersionTaken

PAGES = "pages"
TRACKING = "tracking"
# Pages are at most a megabyte; the server cuts a batch at 16 of them whatever we say.
PAGES_PER_BATCH = 64


class MongoPageStore(PageStore):
    """Keeps pages in one collection, on which it needs no more than the rights to find and to insert."""

    def __init__(self, database: Database) -> None:
        """Use `database`, whose client writes and reads with majority."""
        self._pages: Collection = database[PAGES]
        self._tracking: Collection = database[TRACKING]
        self._doorbells: dict[str, Doorbell] = {}

    async def __aenter__(self) -> Self:
        """Begin; nothing is asked of the server yet."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening at the doorbells."""
        for doorbell in self._doorbells.values():
            await doorbell.close()

    @override
    async def insert(self, page: Page) -> None:
        with translated():
            try:
                await self._pages.insert_one(to_document(page))
            except DuplicateKeyError as error:
                if "_id" in (error.details or {}).get("keyPattern", {}):
                    raise PageTaken from error
                raise StreamVersionTaken(await self._taken(page, error)) from error

    async def _taken(self, page: Page, error: DuplicateKeyError) -> frozenset[Key]:
        """Return which of the page's stream versions exist: the server names one, the others are looked up."""
        named = (error.details or {})["keyValue"]
        keys = {(named["events.originator_id"], int(named["events.originator_version"]))}
        wanted = {entry.key for entry in page.events}
        either = [
            {"events": {"$elemMatch": {"originator_id": stream, "originator_version": version}}}
            for stream, version in wanted
        ]
        fields = {"events.originator_id": 1, "events.originator_version": 1}
        async for document in self._pages.find({"$or": either}, fields):
            keys |= {(event["originator_id"], int(event["originator_version"])) for event in document["events"]}
        return frozenset(keys & wanted)

    @override
    async def at(self, position: int) -> Page | None:
        with translated():
            document = await self._pages.find_one({"_id": position})
        return None if document is None else to_page(document)

    @override
    async def holding(self, position: int) -> Page | None:
        with translated():
            document = await self._pages.find_one({"_id": {"$lte": position}}, sort=[("_id", -1)])
        return None if document is None else to_page(document)

    @override
    async def last(self) -> Page | None:
        with translated():
            document = await self._pages.find_one({}, sort=[("_id", -1)])
        return None if document is None else to_page(document)

    @override
    async def last_position(self) -> int:
        with translated():
            document = await self._pages.find_one({}, {"n": 1}, sort=[("_id", -1)])
        return 0 if document is None else int(document["_id"]) + int(document["n"]) - 1

    @override
    async def pages(self, position: int) -> AsyncGenerator[Page, None]:
        found = self._pages.find({"_id": {"$gte": position}}, sort=[("_id", 1)], batch_size=PAGES_PER_BATCH)
        try:
            while True:
                with translated():
                    document = await anext(found, None)
                if document is None:
                    return
                yield to_page(document)
        finally:
            await found.close()

    @override
    async def stream(
        self,
        originator_id: UUID,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[tuple[int, Entry]]:
        cursor = self._pages.find(*stream_query(originator_id, gt=gt, lte=lte))
        if limit is not None:
            # Every page found holds at least one of the events.
            cursor = cursor.sort("_id", -1 if desc else 1).limit(limit)
        found: list[tuple[int, Entry]] = []
        with translated():
            async for document in cursor:
                found += placed_entries(document)
        found.sort(key=lambda placed: placed[1].originator_version, reverse=desc)
        return found[:limit]

    @override
    async def insert_tracking(self, tracking: Tracking) -> bool:
        name, number = tracking.application_name, tracking.notification_id
        highest = await self.max_tracking_id(name)
        if highest is not None and highest >= number:
            return False
        with translated():
            try:
                await self._tracking.update_one(
                    {"_id": name, "notification_id": {"$lt": number}},
                    {"$set": {"notification_id": number}},
                    upsert=True,
                )
            except DuplicateKeyError:
                return False
        return True

    @override
    async def max_tracking_id(self, application_name: str) -> int | None:
        with translated():
            alone = await self._tracking.find_one({"_id": application_name})
            page = await self._pages.find_one(
                {"tracking.application_name": application_name}, {"tracking": 1}, sort=[("_id", -1)]
            )
        on_page = [] if page is None else page["tracking"]
        ids = [each["notification_id"] for each in on_page if each["application_name"] == application_name]
        return max([*ids, *([] if alone is None else [alone["notification_id"]])], default=None)

    @override
    async def wait_for_more(self, after_position: int, *, but_by: str, timeout_s: float) -> int:
        doorbell = self._doorbells.setdefault(but_by, Doorbell(self._pages, but_by=but_by))
        heard = await doorbell.wait(timeout_s)
        return heard if heard > after_position else await self.last_position()
