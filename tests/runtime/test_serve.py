"""Ending a process: nothing that was begun is broken off, and nothing new is begun (FE-2)."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientConnectorError, ClientSession, web

from ledger.runtime.serve import CUT_SHORT, Stop, serve, until_stopped

PATIENCE_S = 10


class Served:
    """A process whose one slow answer the test holds in its hand."""

    def __init__(self) -> None:
        self.url = ""
        self.listening = asyncio.Event()
        self.answering = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.draining = asyncio.Event()
        self.closed: list[str] = []
        self.grace_s = 30.0

    async def _slow(self, _request: web.Request) -> web.Response:
        self.answering.set()
        try:
            await self.may_answer.wait()
        except asyncio.CancelledError:
            self.closed.append("request")
            raise
        return web.Response(text="done")

    async def _quick(self, _request: web.Request) -> web.Response:
        return web.Response(text="draining" if self.draining.is_set() else "ready")

    async def _cleanup(self, _app: web.Application) -> None:
        self.closed.append("app")

    @asynccontextmanager
    async def _consumers(self) -> AsyncIterator[None]:
        yield
        self.closed.append("consumers")

    def _on(self, host: str, port: int) -> None:
        self.url = f"http://{host}:{port}"
        self.listening.set()

    async def _process(self, stop: Stop) -> None:
        app = web.Application()
        app.router.add_get("/slow", self._slow)
        app.router.add_get("/quick", self._quick)
        app.on_cleanup.append(self._cleanup)
        async with self._consumers():
            await serve(app, stop, host="127.0.0.1", port=0, drain=self.draining.set, listening=self._on)

    async def run(self) -> int:
        return await until_stopped(self._process, grace_s=self.grace_s)


@pytest.fixture
def served() -> Served:
    return Served()


@asynccontextmanager
async def _running(served: Served) -> AsyncIterator[tuple[asyncio.Task[int], ClientSession]]:
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group, ClientSession() as client:
        process = group.create_task(served.run())
        await served.listening.wait()
        yield process, client


async def _get(client: ClientSession, url: str) -> str:
    async with client.get(url) as answer:
        return await answer.text()


def _told_to_end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


async def test_what_is_being_answered_is_finished_and_nothing_new_is_taken(served: Served) -> None:
    """FE-2."""
    async with _running(served) as (process, client), asyncio.TaskGroup() as group:
        assert await _get(client, f"{served.url}/quick") == "ready"
        slow = group.create_task(_get(client, f"{served.url}/slow"))
        await served.answering.wait()

        _told_to_end()
        await served.draining.wait()
        await _until_refused(served.url)
        assert not slow.done()
        served.may_answer.set()

        assert await slow == "done"
        assert await process == 0
        assert served.closed == ["app", "consumers"]


async def test_a_second_signal_hurries_but_still_closes_in_order(served: Served) -> None:
    async with _running(served) as (process, client), asyncio.TaskGroup() as group:
        slow = group.create_task(_outcome(client, f"{served.url}/slow"))
        await served.answering.wait()

        _told_to_end()
        await served.draining.wait()
        _told_to_end()

        assert await process == CUT_SHORT
        assert served.closed[:2] == ["request", "app"]
        assert await slow == "broken off"


async def test_grace_has_an_end(served: Served) -> None:
    served.grace_s = 0.2
    async with _running(served) as (process, client), asyncio.TaskGroup() as group:
        slow = group.create_task(_outcome(client, f"{served.url}/slow"))
        await served.answering.wait()
        _told_to_end()
        assert await process in {0, CUT_SHORT}
        assert await slow == "broken off"
        assert "app" in served.closed


async def test_what_a_process_raises_is_not_swallowed() -> None:
    async def broken(_stop: Stop) -> None:
        raise TimeoutError("not ours")

    with pytest.raises(TimeoutError, match="not ours"):
        await until_stopped(broken, grace_s=1)


async def test_the_signals_are_left_as_they_were() -> None:
    async def brief(_stop: Stop) -> None:
        return

    before = signal.getsignal(signal.SIGTERM)
    assert await until_stopped(brief, grace_s=1) == 0
    assert signal.getsignal(signal.SIGTERM) == before


async def _outcome(client: ClientSession, url: str) -> str:
    try:
        return await _get(client, url)
    except OSError:
        return "broken off"
    except Exception as error:  # noqa: BLE001 - however the client puts it
        return "broken off" if "isconnected" in repr(error) else repr(error)


async def _until_refused(url: str) -> None:
    async with ClientSession() as stranger:
        while True:
            try:
                await _get(stranger, f"{url}/quick")
            except ClientConnectorError:
                return
