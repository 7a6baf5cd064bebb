"""The stand-in for VIES, served on loopback, and what each of its troubles is to be taken for."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from aiohttp import web

from cli.play_vies import GRACE_S
from ledger.adapters.vies import open_vies
from ledger.adapters.vies.stand_in import PATH, Trouble, ViesStandIn
from ledger.application.vat.vies import Silence, Vies

FACED_WITH = {
    Trouble.HTML: Silence.ANSWER_UNREADABLE,
    Trouble.REDIRECT: Silence.REDIRECTED,
    Trouble.ENTITY_BOMB: Silence.ANSWER_FORBIDDEN,
    Trouble.DOCTYPE: Silence.ANSWER_FORBIDDEN,
    Trouble.HUGE: Silence.ANSWER_TOO_LONG,
    Trouble.HALF: Silence.UNREACHABLE,
    Trouble.DRIP: Silence.TIMEOUT,
    Trouble.HANG: Silence.TIMEOUT,
    Trouble.CLOSE: Silence.UNREACHABLE,
    Trouble.GARBLED: Silence.ANSWER_UNREADABLE,
    Trouble.ANOTHER: Silence.ANSWER_OF_ANOTHER,
}


@dataclass
class Played:
    """A stand-in that is served, and a client that asks it."""

    stand_in: ViesStandIn
    url: str
    vies: Vies


@asynccontextmanager
async def playing(*, total_s: float = 3.0) -> AsyncIterator[Played]:
    stand_in = ViesStandIn()
    runner = web.AppRunner(stand_in.application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with open_vies(url + PATH, total_s=total_s) as vies:
            yield Played(stand_in, url, vies)
    finally:
        await runner.cleanup()


@contextmanager
def playing_by_itself() -> Iterator[str]:
    """Run `ledger play-vies` as a process of its own, yield what VIES_URL is to be, and have it end in order."""
    command = [sys.executable, "-m", "cli", "play-vies", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "200"})  # noqa: S603, TID251
    assert process.stdout is not None
    try:
        lines = [process.stdout.readline() for _ in range(3)]
        found = re.search(r"VIES_URL=(\S+)", "".join(lines))
        assert found is not None
        yield found.group(1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20 + GRACE_S) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
