"""The API's process on real servers: it says when it serves, and ends in order when it is told to."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ledger.adapters.mongo.driver import Driver
from ledger.runtime.devstack import MongoServer, Server
from tests.support.journal import PASSWORD, USER, mongo_database_ready

PATIENCE_S = 60


@pytest.fixture
def environment(mongo: MongoServer, mongo_database: str, valkey: Server) -> dict[str, str]:
    async def prepare() -> None:
        async with mongo_database_ready(mongo, mongo_database, Driver.PYMONGO):
            return

    asyncio.run(prepare())
    servers = {
        "MONGO_URL": mongo.url_for(user=USER, password=PASSWORD, database=mongo_database),
        "MONGO_DATABASE": mongo_database,
        "REDIS_URL": valkey.url,
        "PORT": "0",
        "GRACE_S": "10",
    }
    return {**os.environ, **servers}  # noqa: TID251 - passed on, not read


@contextmanager
def _process(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "api"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stderr is not None
            line = json.loads(process.stderr.readline())
            yield process, f"http://{line['host']}:{line['port']}"
        finally:
            process.kill()


def test_a_process_serves_and_ends_in_order(environment: dict[str, str]) -> None:
    """FE-2 CONS-5."""
    with _process(environment) as (process, url):
        with urllib.request.urlopen(f"{url}/health/ready", timeout=PATIENCE_S) as answer:  # noqa: S310 - our own
            assert json.load(answer) == {"status": "ready", "reasons": []}
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0
    # Every line is a fact in JSON, and none is a complaint.
    assert {json.loads(line)["level"] for line in said.splitlines()} == {"info"}


def test_a_process_without_its_settings_names_them_and_ends_with_2() -> None:
    inherited = {name: value for name, value in os.environ.items() if name not in {"MONGO_URL", "REDIS_URL"}}  # noqa: TID251
    ended = subprocess.run(
        [sys.executable, "-m", "api"], env=inherited, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert ended.returncode == 2
    assert "MONGO_URL" in ended.stderr
