"""The embedded servers: ready, closed to strangers, killed and found again, and dead with their parent."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure
from redis import Redis

from ledger.runtime.devstack import EmbeddedMongo, MongoServer, NotOurs, Server, devstack, mongo_server
from ledger.runtime.devstack.child import Child, ServerDidNotStart, free_port

Client = MongoClient[dict[str, Any]]


@pytest.fixture
def lone_mongo(tmp_path: Path) -> Iterator[EmbeddedMongo]:
    server = EmbeddedMongo(tmp_path / "mongo")
    server.start()
    yield server
    server.stop()


def test_mongo_is_a_replica_set_that_keeps_majority_writes(mongo: MongoServer, mongo_database: str) -> None:
    with Client(mongo.admin_url, w="majority", journal=True) as client:
        client[mongo_database]["notes"].insert_one({"_id": 1})
        assert client.admin.command("hello")["setName"] == "rs0"


def test_the_applications_address_opens_its_own_database_alone(mongo_url: str, mongo_database: str) -> None:
    with Client(mongo_url) as client:
        client[mongo_database]["work"].insert_one({"_id": 1})
        with pytest.raises(OperationFailure, match="not authorized"):
            client["elsewhere"]["work"].insert_one({"_id": 1})


def test_an_address_can_be_had_for_a_user_of_one_database(mongo: MongoServer, mongo_database: str) -> None:
    with Client(mongo.admin_url) as admin:
        reads = {"role": "read", "db": mongo_database}
        admin[mongo_database].command({"createUser": "reader", "pwd": "p@ss/word", "roles": [reads]})
    url = mongo.url_for(user="reader", password="p@ss/word", database=mongo_database)
    with Client(url) as client:
        notes = client[mongo_database]["notes"]
        assert notes.find_one() is None
        with pytest.raises(OperationFailure, match="not authorized"):
            notes.insert_one({"_id": 1})


def test_a_stranger_may_not_read(mongo: MongoServer, mongo_database: str) -> None:
    host = mongo.admin_url.rpartition("@")[2].partition("/")[0]
    with Client(f"mongodb://{host}/?directConnection=true") as client:
        notes = client[mongo_database]["notes"]
        with pytest.raises(OperationFailure, match="requires authentication"):
            notes.find_one()


def test_a_killed_mongo_comes_back_under_its_address_with_what_it_acknowledged(lone_mongo: EmbeddedMongo) -> None:
    with Client(lone_mongo.admin_url, w="majority", journal=True) as client:
        for round_ in range(3):
            client["kept"]["notes"].insert_one({"_id": round_})
            before = lone_mongo.pid
            lone_mongo.kill()
            lone_mongo.start()
            assert lone_mongo.pid != before
            assert client["kept"]["notes"].count_documents({}) == round_ + 1


def test_a_later_process_finds_the_same_mongo_in_the_folder(lone_mongo: EmbeddedMongo, tmp_path: Path) -> None:
    with Client(lone_mongo.admin_url, w="majority", journal=True) as client:
        client["kept"]["notes"].insert_one({"_id": 1})
    lone_mongo.stop()
    later = EmbeddedMongo(tmp_path / "mongo")
    later.start()
    try:
        assert later.url == lone_mongo.url
        with Client(later.admin_url) as client:
            assert client["kept"]["notes"].find_one() == {"_id": 1}
    finally:
        later.stop()


def test_a_killed_valkey_comes_back_empty(valkey: Server) -> None:
    with Redis.from_url(valkey.url) as client:
        client.set("word", "kept?")
    valkey.kill()
    valkey.start()
    with Redis.from_url(valkey.url) as client:
        assert client.dbsize() == 0


def test_stripes_stand_in_answers_on_loopback(stripe_server: Server) -> None:
    request = urllib.request.Request(  # noqa: S310 - our own http address
        f"{stripe_server.url}/v1/customers", headers={"Authorization": "Bearer sk_test_stand_in"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        assert answer.status == 200


def test_a_given_server_is_used_and_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGO_URL", "mongodb://elsewhere/")
    server = mongo_server(tmp_path)
    server.start()
    server.stop()
    assert (server.url, server.admin_url, server.ours) == ("mongodb://elsewhere/", "mongodb://elsewhere/", False)
    with pytest.raises(NotOurs):
        server.kill()


def test_the_whole_stack_is_prepared_before_it_is_handed_out(tmp_path: Path) -> None:
    def prepare(mongo: EmbeddedMongo) -> None:
        with Client(mongo.admin_url) as client:
            client[mongo.database].command({"createUser": mongo.user, "pwd": mongo.password, "roles": ["readWrite"]})

    with devstack(tmp_path, prepare=prepare) as servers, Client(servers.mongo.url) as client:
        client["ledger"]["notes"].insert_one({"_id": 1})
        assert (servers.valkey.ours, servers.stripe.ours) == (True, True)


def test_a_server_that_ends_at_once_is_reported_with_its_last_words(tmp_path: Path) -> None:
    child = Child([sys.executable, "-c", "print('no such disk')"], port=free_port(), log=tmp_path / "log")
    child.spawn()
    with pytest.raises(ServerDidNotStart, match="no such disk"):
        child.wait_until_it_listens()
    child.stop()


PARENT = """
import sys, time
from pathlib import Path
from ledger.runtime.devstack import EmbeddedValkey
server = EmbeddedValkey(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
time.sleep(60)
"""


def test_servers_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE) as parent:  # noqa: S603
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _alive(child)
        parent.send_signal(signal.SIGKILL)
        parent.wait(10)
    _eventually(lambda: not _alive(child))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        # A zombie that nobody has reaped yet has ended all the same.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def _eventually(condition: Callable[[], bool], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.01)
