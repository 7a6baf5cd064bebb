"""What every stand-in for a provider does: it asks who calls, keeps idempotency keys, and counts charges."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aiohttp import web

Body = dict[str, Any]
Reply = tuple[int, Body]

SECRET = "test_a_key_that_opens_nothing"
NOTHING: Reply = (404, {"title": "Not Found", "status": 404})


class StandIn:
    """A small provider on loopback: `answer` is all that differs. Only successes are kept under a key."""

    def __init__(self) -> None:
        self.url = ""
        self.charged: Counter[str] = Counter()
        self.made = 0
        self._kept: dict[str, Reply] = {}

    def app(self) -> web.Application:
        """Return the application that serves this stand-in."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        return app

    def answer(self, method: str, path: list[str], body: Body) -> Reply:
        """Do what is asked."""
        raise NotImplementedError

    def again(self, first: Reply) -> Reply:
        """Answer a key that was used before; whether the body is the same nobody looks."""
        return first

    def knows(self, request: web.Request) -> bool:
        """Tell whether the caller's key is right."""
        return request.headers.get("Authorization") == f"Bearer {SECRET}"

    def forget_keys(self) -> None:
        """Forget every idempotency key."""
        self._kept.clear()

    def name(self, prefix: str) -> str:
        """Return the next new id."""
        self.made += 1
        return f"{prefix}{self.made:08d}"

    async def _serve(self, request: web.Request) -> web.Response:
        if not self.knows(request):
            return _response((401, {"title": "Unauthorized Request", "status": 401}))
        raw = await request.read()
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        if key in self._kept:
            return _response(self.again(self._kept[key or ""]))
        path = [part for part in request.path.split("/") if part]
        reply = self.answer(request.method, path, orjson.loads(raw) if raw else {})
        if key is not None and reply[0] in range(200, 300):
            self._kept[key] = reply
        return _response(reply)


def _response(reply: Reply) -> web.Response:
    status, body = reply
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


@asynccontextmanager
async def serving(stand_in: StandIn) -> AsyncIterator[str]:
    """Serve a stand-in on loopback on a free port."""
    runner = web.AppRunner(stand_in.app(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        stand_in.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield stand_in.url
    finally:
        await runner.cleanup()
