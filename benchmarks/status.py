"""Reading a checkout's status, against a bare handler that returns the same bytes."""

import asyncio
import json
from contextlib import ExitStack
from time import perf_counter
from uuid import uuid4

from benchmarks.harness import Figure, compare
from benchmarks.http import load, request
from benchmarks.payments import JSON, child, environment_of, merchant
from ledger.runtime.devstack import Servers
from ledger.runtime.devstack.child import free_port

READERS = 16
READS = 6_000


def figures(running: Servers) -> list[Figure]:
    """Measure sixteen readers of one checkout."""
    with ExitStack() as stack:
        return asyncio.run(_figures(running, stack))


async def _figures(running: Servers, stack: ExitStack) -> list[Figure]:
    port, bare_port = free_port(), free_port()
    async with merchant(running, "http://127.0.0.1:1", f"bench_{uuid4().hex[:12]}") as (settings, key):
        stack.enter_context(child("api", port, environment_of(settings, port)))
        return [await compared(stack, port=port, bare_port=bare_port, key=key)]


async def compared(stack: ExitStack, *, port: int, bare_port: int, key: str, rounds: int = 5) -> Figure:
    """Compare reading one checkout of the API at `port` with a bare handler."""
    headers = {**JSON, "Authorization": f"Bearer {key}"}
    opened = request("POST", "/api/v1/checkouts", headers, b'{"amount":{"minor":1999,"currency":"EUR"}}')
    _, [answer] = await load(port, [opened], connections=1)
    read = request("GET", f"/api/v1/checkouts/{json.loads(answer)['id']}")
    _, [body] = await load(port, [read], connections=1)
    environment = {"BARE_PORT": str(bare_port), "BARE_BODY": body.decode()}
    stack.enter_context(child("benchmarks.bare_status", bare_port, environment))

    async def reads_per_s(at: int) -> float:
        begun = perf_counter()
        await load(at, [read] * READS, connections=READERS)
        return READS / (perf_counter() - begun)

    return await compare(
        "GET checkout status / bare handler, the same bytes",
        "requests/s",
        ours=lambda: reads_per_s(port),
        control=lambda: reads_per_s(bare_port),
        target=0.5,
        rounds=rounds,
    )
