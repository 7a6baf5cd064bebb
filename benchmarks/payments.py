"""Whole payments, from the request over HTTP to the complete checkout, against bare operations of the same number."""

import asyncio
import json
import secrets
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import uuid4

from pydantic import SecretStr
from pymongo import MongoClient
from redis import Redis

from benchmarks.harness import Figure
from benchmarks.http import cpu_s, load, percentile, request
from cli.demo.stage import SECRET_NAME, ApiServer
from ledger.adapters.mongo.driver import connected
from ledger.adapters.mongo.roles import prepare_database
from ledger.bootstrap import open_ledger
from ledger.domain.organization import ProviderAccount
from ledger.domain.values import Mode
from ledger.runtime.devstack import Server, Servers
from ledger.runtime.devstack.child import Child, free_port
from ledger.runtime.settings import Settings

ROOT = Path(__file__).parents[1]
CUSTOMERS = 32
PAYMENTS = 600
WARM = 100
ROUNDS = 3
JSON = {"Content-Type": "application/json"}
COUNTED = ("insert", "update", "find", "findAndModify", "aggregate", "getMore", "bulkWrite")


@dataclass(frozen=True, slots=True)
class Run:
    """What one round of payments came to."""

    per_s: float
    took_s: list[float]
    cpu_s: float
    operations: Mapping[str, int]


@contextmanager
def child(module: str, port: int, environment: Mapping[str, str], *more: str) -> Iterator[tuple[Server, Child]]:
    """Run a module of ours as a process until the block ends."""
    log = Path("/dev/null")
    command = [sys.executable, "-m", module, *more]
    process = Child(command, port=port, log=log, environment={"PYTHONPATH": str(ROOT), **environment})
    server = (
        ApiServer(f"http://127.0.0.1:{port}", process)
        if module == "api"
        else Server(f"http://127.0.0.1:{port}", process)
    )
    server.start()
    try:
        yield server, process
    finally:
        server.stop()


@asynccontextmanager
async def merchant(running: Servers, provider: str, database: str) -> AsyncIterator[tuple[Settings, str]]:
    """Prepare a database with one merchant in it; give the settings and the key."""
    password = uuid4().hex
    async with connected(running.mongo.admin_url) as admin:
        await prepare_database(admin[database], user="ledger", password=password)
        settings = Settings(
            mongo_url=SecretStr(running.mongo.url_for(user="ledger", password=password, database=database)),
            mongo_database=database,
            redis_url=SecretStr(running.valkey.url),
            stripe_api_url=provider,
            provider_secrets={SECRET_NAME: SecretStr("sk_test_benchmark_benchmark")},
        )
        async with open_ledger(settings, name="bench") as ledger:
            organization = await ledger.organizations.register("Bench & Co")
            account = ProviderAccount("acct_1", "stripe", Mode.TEST, SECRET_NAME, "pk_test_1")
            await ledger.organizations.connect(organization, account)
            key = await ledger.organizations.issue_key(organization, Mode.TEST, "bench")
        yield settings, key
        await admin.drop_database(database)


def environment_of(settings: Settings, port: int) -> dict[str, str]:
    """Return what a process needs to serve; nothing is rate-limited, and logs are for errors."""
    return {
        "MONGO_URL": settings.mongo_url.get_secret_value(),
        "MONGO_DATABASE": settings.mongo_database,
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "STRIPE_API_URL": settings.stripe_api_url,
        "PROVIDER_SECRETS": json.dumps({SECRET_NAME: "sk_test_benchmark_benchmark"}),
        "PORT": str(port),
        "RATE_READS_PER_KEY_S": "0",
        "RATE_WRITES_PER_KEY_S": "0",
        "RATE_PER_ADDRESS_S": "0",
        "LOG_LEVEL": "ERROR",
        "MONGO_DRIVER": settings.mongo_driver,
    }


async def pay(port: int, key: str, count: int) -> list[float]:
    """Open and pay `count` checkouts, 32 customers at a time; return how long each took from first to last answer."""
    body = b'{"amount":{"minor":1999,"currency":"EUR"}}'
    merchant_headers = {**JSON, "Authorization": f"Bearer {key}"}
    left = iter(range(count))
    took: list[float] = []

    async def customer() -> None:
        for _ in left:
            begun = perf_counter()
            opened = request("POST", "/api/v1/checkouts", merchant_headers, body)
            _, [answer] = await load(port, [opened], connections=1)
            checkout = json.loads(answer)["id"]
            click = {**JSON, "Idempotency-Key": secrets.token_hex(16), "Prefer": "wait=20"}
            path = f"/api/v1/checkouts/{checkout}/payments"
            _, [answer] = await load(
                port, [request("POST", path, click, b'{"payment_method":"pm_card_visa"}')], connections=1
            )
            assert json.loads(answer)["status"] == "succeeded", answer
            took.append(perf_counter() - begun)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(CUSTOMERS):
            tasks.create_task(customer())
    return took


class Counted:
    """How many commands MongoDB and Redis were sent, by name."""

    def __init__(self, running: Servers) -> None:
        """Ask these servers."""
        self._mongo = MongoClient[dict[str, Any]](running.mongo.admin_url)
        self._redis = Redis.from_url(running.valkey.url)

    def __call__(self) -> dict[str, int]:
        """Return the counts since the servers began."""
        commands = self._mongo.admin.command("serverStatus")["metrics"]["commands"]
        counts = {name: int(commands[name]["total"]) for name in COUNTED if name in commands}
        stats: dict[str, Any] = self._redis.info("commandstats")
        counts["redis"] = sum(int(each["calls"]) for name, each in stats.items() if "z" in name)
        return counts

    def close(self) -> None:
        """Close the connections."""
        self._mongo.close()
        self._redis.close()


async def measured(port: int, pid: int, key: str, counted: Counted) -> Run:
    """Take one round."""
    before, used = await asyncio.to_thread(counted), cpu_s(pid)
    begun = perf_counter()
    took = await pay(port, key, PAYMENTS)
    per_s = PAYMENTS / (perf_counter() - begun)
    used = cpu_s(pid) - used
    after = await asyncio.to_thread(counted)
    return Run(per_s, took, used, {name: after[name] - before[name] for name in before})


def figures(running: Servers) -> list[Figure]:
    """Measure the ledger, then a control that sends the same number of bare operations, in turns."""
    with ExitStack() as stack:
        stripe_port, port, bare_port = free_port(), free_port(), free_port()
        provider, _ = stack.enter_context(
            child("tests.support.instant_stripe", stripe_port, {}, "--port", str(stripe_port))
        )
        return asyncio.run(_figures(running, stack, provider.url, port, bare_port))


async def _figures(running: Servers, stack: ExitStack, provider: str, port: int, bare_port: int) -> list[Figure]:
    async with merchant(running, provider, f"bench_{uuid4().hex[:12]}") as (settings, key):
        _, api = stack.enter_context(child("api", port, environment_of(settings, port)))
        pairs = await in_turns(running, stack, settings, key, api=api, port=port, bare_port=bare_port)
    return _told(pairs)


async def in_turns(
    running: Servers,
    stack: ExitStack,
    settings: Settings,
    key: str,
    *,
    api: Child,
    port: int,
    bare_port: int,
    rounds: int = ROUNDS,
) -> list[tuple[Run, Run]]:
    """Measure the ledger that runs as `api`, and the control beside it, in turns."""
    counted = Counted(running)
    stack.callback(counted.close)
    await pay(port, key, WARM)
    probe = await measured(port, api.pid, key, counted)
    bare_environment = {
        "BARE_MONGO_URL": running.mongo.admin_url,
        "BARE_DATABASE": settings.mongo_database,
        "BARE_REDIS_URL": running.valkey.url,
        "BARE_PROVIDER": settings.stripe_api_url,
        "BARE_PORT": str(bare_port),
        "MONGO_DRIVER": settings.mongo_driver,
        "BARE_OPERATIONS": json.dumps({name: count / PAYMENTS for name, count in probe.operations.items()}),
    }
    _, bare = stack.enter_context(child("benchmarks.bare", bare_port, bare_environment))
    await pay(bare_port, key, WARM)
    return [
        (await measured(port, api.pid, key, counted), await measured(bare_port, bare.pid, key, counted))
        for _ in range(rounds)
    ]


def throughput(pairs: list[tuple[Run, Run]]) -> Figure:
    """Return how many payments a second, against the control."""
    return Figure(
        "whole payments, 32 customers / the same number of bare operations",
        round(median(one.per_s for one, _ in pairs), 1),
        "payments/s",
        round(median(other.per_s for _, other in pairs), 1),
        round(median(one.per_s / other.per_s for one, other in pairs), 3),
        0.5,
    )


def _told(pairs: list[tuple[Run, Run]]) -> list[Figure]:
    ours, control = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    took, bare_took = [t for run in ours for t in run.took_s], [t for run in control for t in run.took_s]

    def ms(values: list[float], share: float) -> float:
        return round(percentile(values, share) * 1000, 1)

    def cpu_ms(runs: list[Run]) -> float:
        return round(median(run.cpu_s for run in runs) / PAYMENTS * 1000, 2)

    return [
        throughput(pairs),
        Figure("whole payment, p50", ms(took, 0.5), "ms", ms(bare_took, 0.5), None, None),
        Figure("whole payment, p99", ms(took, 0.99), "ms", ms(bare_took, 0.99), None, None),
        Figure("CPU of the process per payment", cpu_ms(ours), "ms", cpu_ms(control), None, None),
    ]
