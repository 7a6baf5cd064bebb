"""Running a process until it is told to end, and ending it in order: drain first, close last."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from aiohttp import web

log = logging.getLogger(__name__)

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
# What is being answered may take this part of the grace; work in hand gets the rest.
ANSWERING: Final = 0.6
CUT_SHORT: Final = 1
AT_ONCE_S: Final = 0.01

Process = Callable[["Stop"], Awaitable[None]]


class Stop:
    """Whether this process was told to end; what it opened with `async with` is then closed in reverse order."""

    def __init__(self, grace_s: float) -> None:
        """`grace_s` is how long ending may take."""
        self.grace_s = grace_s
        self.asked = asyncio.Event()


async def until_stopped(process: Process, *, grace_s: float) -> int:
    """Run `process` and return its exit status: 0, or `CUT_SHORT` if it had to be cancelled.

    The first SIGTERM or SIGINT asks it to end, which may take `grace_s`; the second cancels it, a third kills. What
    `process` raises is raised.
    """
    stop = Stop(grace_s)
    limit = asyncio.timeout(None)
    try:
        async with limit:
            with _signals(stop, limit):
                await process(stop)
    except TimeoutError:
        if not limit.expired():
            raise
        log.warning("cut short: not everything in hand was finished; what was left is taken up by others")
        return CUT_SHORT
    return 0


@contextmanager
def _signals(stop: Stop, limit: asyncio.Timeout) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def asked(number: signal.Signals) -> None:
        if not stop.asked.is_set():
            log.info("told to end", extra={"signal": number.name, "grace_s": stop.grace_s})
            stop.asked.set()
            limit.reschedule(loop.time() + stop.grace_s)
        else:
            listen_no_more()
            limit.reschedule(loop.time())

    def listen_no_more() -> None:
        for number in SIGNALS:
            loop.remove_signal_handler(number)

    for number in SIGNALS:
        loop.add_signal_handler(number, asked, number)
    try:
        yield
    finally:
        listen_no_more()


async def serve(
    app: web.Application,
    stop: Stop,
    *,
    host: str,
    port: int,
    drain: Callable[[], None],
    listening: Callable[[str, int], None] | None = None,
    **parser: Any,  # noqa: ANN401 - limits of the HTTP parser, as aiohttp names them
) -> None:
    """Serve `app` until `stop` is asked for; tell `listening` the address (port 0 takes a free one).

    Then `drain` is called, so that readiness turns false and streams end; no more connections are accepted, idle ones
    are closed, and what is being answered is finished.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=stop.grace_s * ANSWERING, **parser)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        bound_host, bound_port = runner.addresses[0][:2]
        log.info("listening", extra={"host": bound_host, "port": bound_port})
        if listening is not None:
            listening(bound_host, bound_port)
        await stop.asked.wait()
    finally:
        drain()
        await _drained(runner)


async def _drained(runner: web.AppRunner) -> None:
    server = runner.server
    try:
        await runner.cleanup()
    except asyncio.CancelledError:
        # Somebody is in a hurry: whatever is still being answered is cancelled before its collaborators are closed.
        if server is not None:
            await server.shutdown(AT_ONCE_S)
        await runner.app.cleanup()
        raise
