"""The embedded servers of development and tests: real MongoDB, real Valkey, and a stand-in for Stripe."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.runtime.devstack.child import ServerDidNotStart
from ledger.runtime.devstack.mongo import EmbeddedMongo, MongoServer
from ledger.runtime.devstack.server import NotOurs, Server
from ledger.runtime.devstack.stripe import EmbeddedStripe
from ledger.runtime.devstack.valkey import EmbeddedValkey
from ledger.runtime.settings import GivenServers

__all__ = [
    "EmbeddedMongo",
    "EmbeddedStripe",
    "EmbeddedValkey",
    "MongoServer",
    "NotOurs",
    "Server",
    "ServerDidNotStart",
    "Servers",
    "devstack",
    "mongo_server",
    "stripe_server",
    "valkey_server",
]


@dataclass(frozen=True, slots=True)
class Servers:
    """What the ledger stands on, ready to be spoken to."""

    mongo: MongoServer
    valkey: Server
    stripe: Server


@contextmanager
def devstack(folder: Path, *, prepare: Callable[[EmbeddedMongo], None] | None = None) -> Iterator[Servers]:
    """Run the three servers with all they keep under `folder`; stop them in order at the end.

    `MONGO_URL`, `REDIS_URL` and `STRIPE_API_URL` each name a running server that is used instead. `prepare` is called
    once an embedded MongoDB is ready, to create the application's user and role in it; harmless to repeat, since the
    folder may hold an earlier life. A given MongoDB has been prepared by whoever gave it. Call this from the main
    thread; raises `ServerDidNotStart`.
    """
    servers = Servers(mongo_server(folder), valkey_server(folder), stripe_server(folder))
    everyone: tuple[Server, ...] = (servers.mongo, servers.valkey, servers.stripe)
    with ExitStack() as stack:
        for server in everyone:
            stack.callback(server.stop)
            server.spawn()
        for server in everyone:
            server.start()
        if prepare is not None and isinstance(servers.mongo, EmbeddedMongo):
            prepare(servers.mongo)
        yield servers


def mongo_server(folder: Path) -> MongoServer:
    """Return the MongoDB named by `MONGO_URL`, else one to start under `folder`."""
    given = GivenServers()
    if given.mongo_url is None:
        return EmbeddedMongo(folder / "mongo")
    return MongoServer(given.mongo_url, given.mongo_admin_url or given.mongo_url)


def valkey_server(folder: Path) -> Server:
    """Return the Redis named by `REDIS_URL`, else a Valkey to start under `folder`."""
    given = GivenServers()
    return EmbeddedValkey(folder / "valkey") if given.redis_url is None else Server(given.redis_url)


def stripe_server(folder: Path) -> Server:
    """Return the provider named by `STRIPE_API_URL`, else the stand-in to start under `folder`."""
    given = GivenServers()
    return EmbeddedStripe(folder / "stripe") if given.stripe_api_url is None else Server(given.stripe_api_url)
