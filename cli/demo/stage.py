"""What the story is played on: embedded servers, the provider's stand-in behind a proxy of faults, and the API."""

import asyncio
import json
import secrets
import shutil
import signal
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from typing_extensions import override

from cli.demo.vies import ViesServer
from ledger.adapters.mongo.driver import connected
from ledger.adapters.mongo.roles import prepare_database
from ledger.runtime.devstack import EmbeddedMongo, Server, ServerDidNotStart, Servers, devstack
from ledger.runtime.devstack.child import Child, free_port
from ledger.runtime.settings import Settings

SECRET_NAME = "STRIPE_TEST_KEY"  # noqa: S105 - the name of a secret, not one
CHECKOUT = Path(__file__).parents[2]
EARLIER_LIFE = "mongo"
FAULT_PROXY = CHECKOUT / "tests" / "support" / "fault_proxy.py"


class ApiServer(Server):
    """The API as a process of its own, with its consumers and projections inside."""

    def __init__(self, url: str, child: Child) -> None:
        """Serve at `url`."""
        super().__init__(url, child)
        self._own = child

    @override
    def _make_ready(self, child: Child) -> None:
        child.wait_until(self.ready)

    @property
    def running(self) -> bool:
        """Whether the process exists."""
        return self._own.running

    def ready(self) -> bool:
        """Ask it whether it is ready."""
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=2) as answer:  # noqa: S310 - our own
                return bool(answer.status == 200)  # noqa: PLR2004
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that runs while the story is told."""

    servers: Servers
    provider: Server
    vies: ViesServer
    api: ApiServer
    settings: Settings

    @property
    def environment(self) -> dict[str, str]:
        """What a process of ours needs to find everything, in addition to this process's own environment."""
        return environment_of(self.settings)

    def wait(self) -> None:
        """Wait until somebody interrupts."""
        signal.pause()


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Start everything, keep what it keeps under `folder`, and stop it in order. Call it from the main thread.

    Each telling begins with an empty ledger: what an earlier one, perhaps of another release, left there is removed.
    """
    if not FAULT_PROXY.exists():
        raise ServerDidNotStart("the demonstration needs a checkout of the project: its stand-ins are not shipped")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / EARLIER_LIFE, ignore_errors=True)
    with devstack(folder, prepare=_prepare) as servers:
        proxy, vies = _fault_proxy(servers.stripe.url, folder), ViesServer(folder)
        settings = _settings(servers, proxy.url, vies.url)
        api = _api(settings, folder)
        try:
            for server in (proxy, vies, api):
                server.spawn()
            for server in (proxy, vies, api):
                server.start()
            yield Stage(servers, proxy, vies, api, settings)
        finally:
            for server in (api, vies, proxy):
                server.stop()


def _prepare(mongo: EmbeddedMongo) -> None:
    async def prepare() -> None:
        async with connected(mongo.admin_url) as client:
            await prepare_database(client[mongo.database], user=mongo.user, password=mongo.password)

    asyncio.run(prepare())


def _fault_proxy(upstream: str, folder: Path) -> Server:
    port = free_port()
    command = [sys.executable, "-m", "tests.support.fault_proxy", "--upstream", upstream, "--port", str(port)]
    child = Child(command, port=port, log=folder / "provider.log", environment={"PYTHONPATH": str(CHECKOUT)})
    return Server(f"http://127.0.0.1:{port}", child)


def _settings(servers: Servers, provider_url: str, vies_url: str) -> Settings:
    port = free_port()
    return Settings(
        mongo_url=servers.mongo.url,
        redis_url=servers.valkey.url,
        stripe_api_url=provider_url,
        vies_url=vies_url,
        provider_secrets={SECRET_NAME: f"sk_test_{secrets.token_hex(12)}"},
        ledger_master_key=SecretStr(secrets.token_hex(32)),
        port=port,
        public_url=f"http://127.0.0.1:{port}",
    )


def _api(settings: Settings, folder: Path) -> ApiServer:
    child = Child(
        [sys.executable, "-m", "api"],
        port=settings.port,
        log=folder / "api.log",
        environment=environment_of(settings),
    )
    return ApiServer(settings.public_url, child)


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment variables that say the same as `settings`."""
    kept = {name: secret.get_secret_value() for name, secret in settings.provider_secrets.items()}
    master_key = settings.ledger_master_key
    return {
        "LEDGER_MASTER_KEY": "" if master_key is None else master_key.get_secret_value(),
        "MONGO_URL": settings.mongo_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "STRIPE_API_URL": settings.stripe_api_url,
        "VIES_URL": settings.vies_url,
        "PROVIDER_SECRETS": json.dumps(kept),
        "HOST": settings.host,
        "PORT": str(settings.port),
        "PUBLIC_URL": settings.public_url,
    }
