"""Running a command on the ledger that the environment names."""

import asyncio
import getpass
import secrets
from collections.abc import Awaitable, Callable

from ledger.application.context import acting
from ledger.bootstrap import Ledger, open_ledger
from ledger.runtime.logs import logged
from ledger.runtime.settings import Settings, read_settings
from ledger.runtime.telemetry import current_traceparent, span, telemetry

Work = Callable[[Ledger], Awaitable[int]]


def on_ledger(name: str, work: Work) -> int:
    """Open the ledger, do `work` on it as this machine's user, and return its exit status.

    What is recorded meanwhile says `operator:<user>`, and shares one correlation and one trace.
    """
    settings = read_settings()
    with logged("WARNING"), telemetry():
        return asyncio.run(_on_ledger(settings, name, work))


async def _on_ledger(settings: Settings, name: str, work: Work) -> int:
    async with open_ledger(settings, name="cli") as ledger:
        with span(f"ledger {name}"):
            correlation = f"cli_{secrets.token_hex(16)}"
            traceparent = current_traceparent()
            with acting(actor=f"operator:{getpass.getuser()}", correlation=correlation, traceparent=traceparent):
                return await work(ledger)
