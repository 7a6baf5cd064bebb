"""Notifications at the hook: how soon they are acknowledged beside running payments, and what a signature costs."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from statistics import median
from time import perf_counter
from uuid import UUID, uuid4

from pydantic import SecretStr

from benchmarks.harness import Figure
from benchmarks.http import load, percentile, request
from benchmarks.payments import JSON, Counted, child, environment_of, merchant, pay
from ledger.application import ids
from ledger.application.api_keys import parsed
from ledger.application.ipn.stripe import Stripe
from ledger.application.ipn.verdict import Signed
from ledger.application.ipns import endpoint
from ledger.application.provider_secrets import WEBHOOK_SECRET
from ledger.application.sealing import Place
from ledger.application.secret import Secret, SecretVersion
from ledger.bootstrap import open_ledger
from ledger.runtime.clock import SystemClock
from ledger.runtime.devstack import Servers
from ledger.runtime.devstack.child import free_port
from ledger.runtime.settings import Settings
from tests.application.ipn.notifications import stripe_header
from tests.support.stripe_ipns import charge, told

PER_S = 200
SECONDS = 10
PAYMENTS_PER_S = 5
PROBED = 60
ROUNDS = 3
CONNECTIONS = 16
SIGNED_WITH = "whsec_benchmark_benchmark_benchmark"
BODY_BYTES = 2_000
VERIFIED = 20_000
AT_ONCE = 1_000
DRAINED_S = 60


def figures(running: Servers) -> list[Figure]:
    """Measure the hook beside payments, against a bare handler beside bare payments, in turns; then the verifier."""
    with ExitStack() as stack:
        stripe_port = free_port()
        provider, _ = stack.enter_context(
            child("tests.support.instant_stripe", stripe_port, {}, "--port", str(stripe_port))
        )
        return [*asyncio.run(_acknowledged(running, stack, provider.url)), verifier()]


Write = Callable[[int], bytes]


def notification(number: int) -> bytes:
    """Return a notification of the size that Stripe's have, of a type that nothing follows from."""
    about = charge("pay_" + "0" * 32, "pi_1", description="x" * BODY_BYTES)
    return told("charge.updated", about, event_id=f"evt_{number}_{secrets.token_hex(8)}")


def about(payments: Sequence[tuple[str, str]]) -> Write:
    """Return how to write notifications that are settled against `payments` (our id, the provider's)."""

    def write(number: int) -> bytes:
        taken = charge(*payments[number % len(payments)], description="x" * BODY_BYTES)
        return told("charge.succeeded", taken, event_id=f"evt_{number}_{secrets.token_hex(8)}")

    return write


def signed(raw: bytes) -> dict[str, str]:
    """Return the header that goes with a body sent now."""
    return dict(stripe_header(raw, SIGNED_WITH, at=int(SystemClock().now().timestamp())))


def verifier() -> Figure:
    """Measure one authentication of a body of 2.3 KB under one secret."""
    raw, now, scheme = notification(1), SystemClock().now(), Stripe()
    headers = [("Content-Type", "application/json"), *signed(raw).items()]
    secret = [SecretVersion(1, Secret(SIGNED_WITH), datetime(2026, 1, 1, tzinfo=UTC))]
    took_s = []
    for _ in range(VERIFIED // AT_ONCE):
        begun = perf_counter()
        for _ in range(AT_ONCE):
            assert isinstance(scheme.authenticate(raw, headers, secret, now), Signed)
        took_s.append((perf_counter() - begun) / AT_ONCE)
    return Figure("own Stripe verifier, a body of 2.3 KB", round(median(took_s) * 1e6, 2), "µs", at_most=10)


async def tell(port: int, path: str, write: Write, seconds: float) -> list[float]:
    """Send 200 notifications a second; return how long after its moment each was acknowledged, in seconds.

    Each has its moment whether or not those before it were answered, so that a pause is seen by all it delays.
    """
    loop = asyncio.get_running_loop()
    begin, took, numbers = loop.time(), list[float](), iter(range(int(PER_S * seconds)))

    async def connection() -> None:
        for number in numbers:
            due = begin + number / PER_S
            raw = write(number)
            sent = request("POST", path, {**JSON, **signed(raw)}, raw)
            await asyncio.sleep(due - loop.time())
            await load(port, [sent], connections=1)
            took.append(loop.time() - due)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(CONNECTIONS):
            tasks.create_task(connection())
    return took


async def beside_payments(port: int, key: str, work: Callable[[], Awaitable[list[float]]]) -> list[float]:
    """Do `work` while five payments begin every second, and return when they have all ended."""
    over = asyncio.Event()

    async def paying() -> None:
        async with asyncio.TaskGroup() as payments:
            while not over.is_set():
                payments.create_task(pay(port, key, 1))
                await asyncio.sleep(1 / PAYMENTS_PER_S)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(paying())
        took = await work()
        over.set()
    return took


async def _acknowledged(running: Servers, stack: ExitStack, provider: str) -> list[Figure]:
    async with merchant(running, provider, f"bench_{uuid4().hex[:12]}") as (plain, key):
        master_key = SecretStr(secrets.token_hex(32))
        settings = plain.model_copy(update={"ledger_master_key": master_key})
        path = await _listening(settings, key)
        port, bare_port = free_port(), free_port()
        environment = environment_of(settings, port) | {"LEDGER_MASTER_KEY": master_key.get_secret_value()}
        stack.enter_context(child("api", port, environment))
        await _bare(running, stack, settings, key, port=port, bare_port=bare_port)
        told = []
        for kind, write in (("ignored", notification), ("settled", about(await _captured(settings)))):
            pairs = []
            for _ in range(ROUNDS + 1):
                ours = await beside_payments(port, key, partial(tell, port, path, write, SECONDS))
                await _idle(settings)
                bare = await beside_payments(bare_port, key, partial(tell, bare_port, path, write, SECONDS))
                pairs.append((ours, bare))
            told += _told(kind, pairs[1:])
    return told


async def _captured(settings: Settings) -> list[tuple[str, str]]:
    """Return the payments there are, by our id and the provider's."""
    async with open_ledger(settings, name="bench") as ledger:
        opened = await ledger.recorder.select_notifications(1, 10_000, topics=["payment.opened"])
        payments = [await ledger.payments.get(UUID(str(each.originator_id))) for each in opened]
    return [(ids.outside("payment", each.id), str(each.reference)) for each in payments]


async def _idle(settings: Settings) -> None:
    """Wait until all work that can be done is done."""
    async with open_ledger(settings, name="bench") as ledger, asyncio.timeout(DRAINED_S):
        while await ledger.ports.work.oldest_due(now=SystemClock().now()):  # noqa: ASYNC110 - others work
            await asyncio.sleep(0.2)


async def _listening(settings: Settings, key: str) -> str:
    """Give the merchant's account a secret for notifications; return the address that they go to."""
    written = parsed(key)
    assert written is not None
    async with open_ledger(settings, name="bench") as ledger:
        await ledger.vault.put(Place(written.organization_id, "acct_1", WEBHOOK_SECRET), Secret(SIGNED_WITH))
    return f"/hooks/stripe/{endpoint(written.organization_id, 'acct_1')}"


async def _bare(
    running: Servers, stack: ExitStack, settings: Settings, key: str, *, port: int, bare_port: int
) -> None:
    """Run the control, whose payments send as many operations as those of the API at `port`."""
    counted = Counted(running)
    stack.callback(counted.close)
    await pay(port, key, PROBED)
    before = await asyncio.to_thread(counted)
    await pay(port, key, PROBED)
    after = await asyncio.to_thread(counted)
    environment = {
        "BARE_MONGO_URL": running.mongo.admin_url,
        "BARE_DATABASE": settings.mongo_database,
        "BARE_REDIS_URL": running.valkey.url,
        "BARE_PROVIDER": settings.stripe_api_url,
        "BARE_PORT": str(bare_port),
        "MONGO_DRIVER": settings.mongo_driver,
        "BARE_OPERATIONS": json.dumps({name: (after[name] - before[name]) / PROBED for name in before}),
    }
    stack.enter_context(child("benchmarks.bare", bare_port, environment))
    await pay(bare_port, key, PROBED)


def _told(kind: str, pairs: list[tuple[list[float], list[float]]]) -> list[Figure]:
    shares = {"p50": (0.5, None), "p99": (0.99, 2.0)}
    return [
        Figure(
            f"IPN acknowledged, {PER_S}/s, {kind}, beside payments, {name} / one durable insert",
            round(median(percentile(ours, share) for ours, _ in pairs) * 1000, 2),
            "ms",
            round(median(percentile(bare, share) for _, bare in pairs) * 1000, 2),
            round(median(percentile(ours, share) / percentile(bare, share) for ours, bare in pairs), 3),
            at_most=at_most,
        )
        for name, (share, at_most) in shares.items()
    ]
