"""The API's process, except that it kills itself at a named point: `CRASH_AT=work.claim:after:2`, if that is set."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import wraps
from typing import Any

from api.process import serve_ledger
from consumers.pace import Pace
from ledger.bootstrap import Ledger, assemble, open_ledger
from ledger.domain.organization import ProviderAccount
from ledger.runtime.serve import Stop, until_stopped
from ledger.runtime.settings import read_settings

# As in production, only quicker to notice that somebody died.
PACE = Pace(lease=timedelta(seconds=2), renew_s=0.5, relay_s=0.3, grace_s=5)


class Crashing:
    """A port that dies with its process before or after the n-th call of one method."""

    def __init__(self, port: Any, method: str, when: str, nth: int) -> None:  # noqa: ANN401 - any port
        self._port = port
        self._method = method
        self._when = when
        self._left = nth

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any port
        attribute = getattr(self._port, name)
        return self._watched(attribute) if name == self._method else attribute

    def _watched(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        async def watched(*args: object, **kwargs: object) -> object:
            self._left -= 1
            if self._left == 0 and self._when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            answer = await call(*args, **kwargs)
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return watched


class CrashingProviders:
    """Providers whose provider crashes."""

    def __init__(self, providers: Any, *point: Any) -> None:  # noqa: ANN401 - any port
        self._providers = providers
        self._point = point
        self._provider: Crashing | None = None

    def of(self, account: ProviderAccount) -> Any:  # noqa: ANN401 - any port
        self._provider = self._provider or Crashing(self._providers.of(account), *self._point)
        return self._provider


def sabotaged(ledger: Ledger, crash_at: str) -> Ledger:
    """Return the same ledger over ports of which one crashes."""
    where, when, nth = crash_at.split(":")
    port, method = where.split(".")
    point = (method, when, int(nth))
    if port == "provider":
        ports = replace(ledger.ports, providers=CrashingProviders(ledger.ports.providers, *point))
    else:
        ports = replace(ledger.ports, **{port: Crashing(getattr(ledger.ports, port), *point)})
    return assemble(ports, name="crashing")


async def process(stop: Stop) -> None:
    """Serve until told to end, or until the point is reached."""
    settings = read_settings()
    crash_at = os.environ.get("CRASH_AT")  # noqa: TID251 - the test's own
    async with open_ledger(settings, name="api") as ledger:
        if crash_at is None:
            await serve_ledger(ledger, settings, stop, pace=PACE)
            return
        crashing = sabotaged(ledger, crash_at)
        async with crashing.recorder:
            await serve_ledger(crashing, settings, stop, pace=PACE)


if __name__ == "__main__":
    sys.exit(asyncio.run(until_stopped(process, grace_s=10)))
