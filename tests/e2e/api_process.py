"""An API process as a child of the test, on the real servers, in a database of its own."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from cli.demo.stage import ApiServer
from ledger.runtime.devstack import Server
from ledger.runtime.devstack.child import Child, free_port

SECRET_NAME = "STRIPE_TEST_KEY"
SECRET = "sk_test_4eC39HqLyjWDarjtT1zdp7dc"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Backing:
    """What a process stands on."""

    mongo_url: str
    mongo_database: str
    redis_url: str
    stripe_url: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment that says so."""
        return {
            "MONGO_URL": self.mongo_url,
            "MONGO_DATABASE": self.mongo_database,
            "REDIS_URL": self.redis_url,
            "STRIPE_API_URL": self.stripe_url,
            "PROVIDER_SECRETS": json.dumps({SECRET_NAME: SECRET}),
            "HOST": "127.0.0.1",
            "PYTHONPATH": str(ROOT),
        }

    def api(self, *, module: str = "tests.e2e.crashing_api", **more: str) -> ApiServer:
        """Return a process that has not started; `more` are environment variables, a crash point among them."""
        port = free_port()
        child = Child(
            [sys.executable, "-m", module],
            port=port,
            log=self.folder / f"api-{port}.log",
            environment={**self.environment, "PORT": str(port), **more},
        )
        return ApiServer(f"http://127.0.0.1:{port}", child)


def fault_proxy(upstream: str, folder: Path) -> Server:
    """Return the proxy before the provider's stand-in, as a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "tests.support.fault_proxy", "--upstream", upstream, "--port", str(port)]
    child = Child(command, port=port, log=folder / f"proxy-{port}.log", environment={"PYTHONPATH": str(ROOT)})
    return Server(f"http://127.0.0.1:{port}", child)
