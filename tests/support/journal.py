"""Journals to test with: events, records, and page stores of every kind."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import orjson
from eventsourcing.persistence import StoredEvent

from ledger.adapters.mongo.driver import Database, Driver, connected
from ledger.adapters.mongo.pages import MongoPageStore
from ledger.adapters.mongo.roles import prepare_database
from ledger.application.journal.page import Page
from ledger.application.journal.store import PageStore
from ledger.runtime.devstack import MongoServer

USER, PASSWORD = "ledger", "only for tests"
DEADLINE_S = 20.0


def recorded(stream: UUID | None = None, version: int = 1, topic: str = "payment.initiated") -> StoredEvent:
    """Return an event whose record names itself, as the ledger's own do."""
    stream = stream or uuid4()
    record = {"originator_id": stream.hex, "originator_version": version, "topic": topic, "salt": uuid4().hex}
    return StoredEvent(stream, version, topic, orjson.dumps(record))


def stream_id(event: StoredEvent) -> UUID:
    """Return the event's stream, which is a UUID with us."""
    assert isinstance(event.originator_id, UUID)
    return event.originator_id


def stream_of(length: int, stream: UUID | None = None) -> list[StoredEvent]:
    """Return events 1 to `length` of one stream."""
    stream = stream or uuid4()
    return [recorded(stream, version) for version in range(1, length + 1)]


@asynccontextmanager
async def mongo_database_ready(mongo: MongoServer, name: str, driver: Driver) -> AsyncIterator[Database]:
    """Prepare the database as an administrator and open it as the application."""
    async with connected(mongo.admin_url, driver=driver) as admin:
        await prepare_database(admin[name], user=USER, password=PASSWORD)
    url = mongo.url_for(user=USER, password=PASSWORD, database=name)
    async with connected(url, driver=driver) as client:
        yield client[name]


@asynccontextmanager
async def mongo_page_store(mongo: MongoServer, name: str, driver: Driver) -> AsyncIterator[MongoPageStore]:
    """Open the pages of a database that nobody else has."""
    async with mongo_database_ready(mongo, name, driver) as database, MongoPageStore(database) as store:
        yield store


async def until(holds: Callable[[], bool]) -> None:
    """Let others run until `holds`; fail at the deadline."""
    async with asyncio.timeout(DEADLINE_S):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.001)


def events_of(pages: Sequence[Page]) -> list[tuple[UUID, int]]:
    """Return which stream versions lie on the pages, in order."""
    return [entry.key for page in pages for entry in page.events]


async def all_pages(store: PageStore) -> list[Page]:
    """Return every page of the journal."""
    return [page async for page in store.pages(1)]
