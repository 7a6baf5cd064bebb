"""What every test can ask for: real servers, started once for a run, and a database nobody else has."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from hypothesis import settings
from pymongo import MongoClient
from redis import Redis

from ledger.adapters.mongo.driver import Driver, connected
from ledger.adapters.mongo.roles import prepare_database
from ledger.runtime.devstack import MongoServer, Server, mongo_server, stripe_server, valkey_server

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder with a random name is made in it
ROOM_BYTES = 4 * 1024**3

ServerT = TypeVar("ServerT", bound=Server)

# A busy machine must not fail a property, and a failure must come back on the next run.
settings.register_profile("ledger", deadline=None, derandomize=True)
settings.load_profile("ledger")


@pytest.fixture(scope="session")
def stack_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the servers of this run keep what they keep: in memory if there is room, since tests cut no power.

    A disk that others keep busy makes every durable write wait, and a test for its deadline.
    """
    if not _has_room(SHARED_MEMORY):
        yield tmp_path_factory.mktemp("stack")
        return
    with TemporaryDirectory(prefix="ledger-tests-", dir=SHARED_MEMORY, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _has_room(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM_BYTES


@pytest.fixture(scope="session")
def mongo(stack_folder: Path) -> Iterator[MongoServer]:
    """MongoDB for the whole run; a test that kills it starts it again."""
    yield from _running(mongo_server(stack_folder))


@pytest.fixture(scope="session")
def valkey(stack_folder: Path) -> Iterator[Server]:
    """Valkey for the whole run; ask for `empty_valkey` to find nothing in it."""
    yield from _running(valkey_server(stack_folder))


@pytest.fixture(scope="session", name="stripe_server")
def stripe(stack_folder: Path) -> Iterator[Server]:
    """Stripe's stand-in for the whole run."""
    yield from _running(stripe_server(stack_folder))


@pytest.fixture
def mongo_database(mongo: MongoServer) -> Iterator[str]:
    """The name of a database that this test alone uses; it is dropped afterwards."""
    name = f"test_{uuid4().hex[:16]}"
    yield name
    mongo.start()
    with MongoClient[dict[str, Any]](mongo.admin_url) as admin:
        admin[name].command("dropAllUsersFromDatabase")
        admin[name].command("dropAllRolesFromDatabase")
        admin.drop_database(name)


@pytest.fixture
async def mongo_url(mongo: MongoServer, mongo_database: str) -> str:
    """The address at which the application opens `mongo_database`, with the rights it has in production."""
    password = uuid4().hex
    async with connected(mongo.admin_url, driver=Driver.PYMONGO) as admin:
        await prepare_database(admin[mongo_database], user="ledger", password=password)
    return mongo.url_for(user="ledger", password=password, database=mongo_database)


@pytest.fixture
def empty_valkey(valkey: Server) -> str:
    """The URL of a Valkey with nothing in it."""
    valkey.start()
    with Redis.from_url(valkey.url) as client:
        client.flushall()
    return valkey.url


def _running(server: ServerT) -> Iterator[ServerT]:
    try:
        server.start()
        yield server
    finally:
        server.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that ask for the most time: dealt out last, one of them would run alone at the end."""
    asked: dict[Path, float] = {}
    for item in items:
        marker = item.get_closest_marker("timeout")
        asked[item.path] = max(asked.get(item.path, 0.0), *(marker.args if marker else (0.0,)))
    items.sort(key=lambda item: -asked[item.path])
