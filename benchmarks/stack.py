"""What every figure is taken on: the embedded servers, prepared, and a ledger over them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from ledger.adapters.mongo.driver import Database, Driver, connected
from ledger.adapters.mongo.pages import MongoPageStore
from ledger.adapters.mongo.roles import prepare_database
from ledger.application.journal.recorder import Recorder
from ledger.runtime.clock import SystemClock
from ledger.runtime.devstack import Servers, devstack


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal in a database of its own, and that database for the control."""

    database: Database
    pages: MongoPageStore
    recorder: Recorder


@contextmanager
def servers() -> Iterator[Servers]:
    """Run the embedded servers in a folder that goes away."""
    with TemporaryDirectory(prefix="ledger-bench-") as folder, devstack(Path(folder)) as running:
        yield running


@asynccontextmanager
async def fresh_journal(running: Servers, *, driver: Driver = Driver.PYMONGO) -> AsyncIterator[Journal]:
    """Open an empty journal; the client has an administrator's rights, so that the control may use it, too."""
    name = f"bench_{uuid4().hex[:12]}"
    async with connected(running.mongo.admin_url, driver=driver) as client:
        database = client[name]
        await prepare_database(database, user="bench", password=uuid4().hex)
        async with MongoPageStore(database) as pages, Recorder(pages, SystemClock(), name="bench") as recorder:
            yield Journal(database, pages, recorder)
        await client.drop_database(name)
