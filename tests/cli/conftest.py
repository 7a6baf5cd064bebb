"""What tests of the command line share: the servers that the environment names, and a way to run commands."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from cli.__main__ import main
from ledger.adapters.mongo.driver import Database, Driver
from ledger.adapters.mongo.pages import MongoPageStore
from ledger.runtime.devstack import MongoServer, Server
from tests.support.journal import PASSWORD, USER, mongo_database_ready
from tests.support.tampering import tell_the_story

On = Callable[[Database], Awaitable[None]]


@dataclass
class Said:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever it said
        """What it said, read as JSON."""
        return json.loads(self.out)


@dataclass
class Shell:
    """Runs commands against the servers of the environment."""

    capsys: pytest.CaptureFixture[str]
    mongo: MongoServer
    database: str

    def __call__(self, *words: str) -> Said:
        """Run `ledger` with these words."""
        self.capsys.readouterr()
        try:
            status = main(words)
        except SystemExit as ended:
            status = int(ended.code or 0)
        said = self.capsys.readouterr()
        return Said(status, said.out, said.err)

    def on_database(self, do: On) -> None:
        """Do something in the database as the application."""

        async def done() -> None:
            async with mongo_database_ready(self.mongo, self.database, Driver.PYMONGO) as database:
                await do(database)

        asyncio.run(done())


@pytest.fixture
def shell(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    mongo: MongoServer,
    mongo_database: str,
    valkey: Server,
) -> Shell:
    """A shell whose environment names servers of its own."""
    monkeypatch.setenv("MONGO_URL", mongo.url_for(user=USER, password=PASSWORD, database=mongo_database))
    monkeypatch.setenv("MONGO_DATABASE", mongo_database)
    monkeypatch.setenv("REDIS_URL", valkey.url)
    monkeypatch.setenv("COLUMNS", "200")
    shell = Shell(capsys, mongo, mongo_database)

    async def nothing(_database: Database) -> None:
        return

    shell.on_database(nothing)
    return shell


@pytest.fixture
def told(shell: Shell) -> Shell:
    """A shell in whose journal the whole story lies."""

    async def tell(database: Database) -> None:
        async with MongoPageStore(database) as store:
            await tell_the_story(store)

    shell.on_database(tell)
    return shell
