"""A proxy before Stripe's stand-in that keeps idempotency keys and makes faults on request.

`python -m tests.support.fault_proxy --upstream URL --port N`, or `async with fault_proxy(upstream) as proxy`.

    POST   /_faults   {"mishap": "drop_after", "method": "POST", "path": "/confirm$", "count": 1, "seconds": 0,
                       "status": 500}; see `mishaps.Mishap`
    GET    /_faults   the faults asked for, with how many were made       DELETE   forget them
    GET    /_calls    the calls, oldest first                             DELETE   forget them, and the charges
    GET    /_charges  {payment id: [intents that succeeded]}
    DELETE /_keys     forget every idempotency key, as Stripe does after a day
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict

import orjson
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, web
from multidict import CIMultiDict

from tests.support.call_log import Call, CallLog
from tests.support.idempotency_keys import Answer, IdempotencyKeys
from tests.support.mishaps import Fault, Faults, Mishap

UPSTREAM_TIMEOUT_S = 30.0
NOT_FORWARDED = {"host", "connection", "content-length", "transfer-encoding", "keep-alive", "accept-encoding"}
NOT_UNDERSTOOD = (b"setup_future_usage=", b"off_session=")
NOT_RETURNED = {"connection", "content-length", "transfer-encoding", "content-encoding", "date", "server"}


class FaultProxy:
    """The proxy: `url` once it serves, `faults` to be made, `log` of what happened, `keys` in use."""

    def __init__(self, upstream: str, session: ClientSession, *, keeps_keys: bool = True) -> None:
        """Forward to `upstream` over `session`, which somebody else closes; some peers keep their keys themselves."""
        self.url = ""
        self.faults = Faults()
        self.log = CallLog()
        self.keys = IdempotencyKeys()
        self._upstream = upstream.rstrip("/")
        self._session = session
        self._keeps_keys = keeps_keys

    def app(self) -> web.Application:
        """Return the application that serves this proxy."""
        app = web.Application(client_max_size=1024 * 1024)
        app.router.add_route("*", "/_{control:faults|calls|charges|keys}", self._control)
        app.router.add_route("*", "/{path:.*}", self._serve)
        return app

    async def _control(self, request: web.Request) -> web.Response:
        match request.method, request.match_info["control"]:
            case "POST", "faults":
                self.faults.add(Fault(**orjson.loads(await request.read())))
            case "GET", "faults":
                return _json([asdict(fault) for fault in self.faults.waiting])
            case "GET", "calls":
                return _json([asdict(call) for call in self.log.calls])
            case "GET", "charges":
                return _json(self.log.charges)
            case "DELETE", "faults":
                self.faults.waiting.clear()
            case "DELETE", "calls":
                self.log.clear()
            case "DELETE", "keys":
                self.keys.forget()
            case _:
                raise web.HTTPMethodNotAllowed(request.method, ["GET", "POST", "DELETE"])
        return web.Response(status=204)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        fault = self.faults.take(request.method, request.path)
        answer, reached, headers = await self._answer(request, body, fault)
        cut = answer is None or (fault is not None and fault.mishap in {Mishap.DROP_AFTER, Mishap.CUT_BODY})
        self.log.calls.append(
            Call(
                request.method,
                request.path_qs,
                request.headers.get("Idempotency-Key"),
                body.decode(errors="replace"),
                None if answer is None or cut else answer.status,
                reached,
                answer is not None and answer.replayed,
                None if fault is None else fault.mishap.value,
            )
        )
        return await _deliver(request, answer, headers, fault)

    async def _answer(
        self, request: web.Request, body: bytes, fault: Fault | None
    ) -> tuple[Answer | None, bool, CIMultiDict[str]]:
        """Return the answer (None: the connection is to be closed), whether upstream was asked, and its headers."""
        has_key = self._keeps_keys and request.method == "POST"
        key = request.headers.get("Idempotency-Key") if has_key else None
        if fault is not None and fault.mishap is Mishap.DROP_BEFORE:
            return None, False, CIMultiDict()
        if key is None:
            return await self._execute(request, body, fault)
        scope = request.headers.get("Authorization", ""), key
        instead = self.keys.begin(scope, f"{request.method} {request.path_qs}\n".encode() + body)
        if instead is not None:
            return instead, False, CIMultiDict()
        answer = None
        try:
            answer, reached, headers = await self._execute(request, body, fault)
        finally:
            self.keys.end(scope, answer)
        return answer, reached, headers

    async def _execute(
        self, request: web.Request, body: bytes, fault: Fault | None
    ) -> tuple[Answer | None, bool, CIMultiDict[str]]:
        if fault is not None and fault.mishap is Mishap.ANSWER:
            return _failure(fault.status), False, CIMultiDict()
        if fault is not None and fault.mishap is Mishap.DELAY_BEFORE:
            await asyncio.sleep(fault.seconds)
        answer, headers = await self._forward(request, body)
        if answer is not None and fault is not None and fault.mishap is Mishap.FAIL_AFTER:
            return _failure(fault.status), True, CIMultiDict()
        if fault is not None and fault.mishap is Mishap.DELAY_AFTER:
            await asyncio.sleep(fault.seconds)
        return answer, True, headers

    async def _forward(self, request: web.Request, body: bytes) -> tuple[Answer | None, CIMultiDict[str]]:
        # The stand-in knows neither, and takes nothing it does not know.
        body = b"&".join(field for field in body.split(b"&") if not field.startswith(NOT_UNDERSTOOD))
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in NOT_FORWARDED]
        url = self._upstream + request.path_qs
        try:
            async with self._session.request(request.method, url, headers=headers, data=body or None) as response:
                answer = Answer(response.status, await response.read())
        except (ClientError, TimeoutError):
            return None, CIMultiDict()
        self.log.note_charge(answer.body)
        kept = ((name, value) for name, value in response.headers.items() if name.lower() not in NOT_RETURNED)
        return answer, CIMultiDict(kept)


async def _deliver(
    request: web.Request, answer: Answer | None, headers: CIMultiDict[str], fault: Fault | None
) -> web.StreamResponse:
    mishap = None if fault is None else fault.mishap
    if answer is None or mishap is Mishap.DROP_AFTER:
        return _cut(request)
    headers.setdefault("Content-Type", "application/json")
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    if fault is None or mishap not in {Mishap.SLOW_BODY, Mishap.CUT_BODY}:
        return web.Response(status=answer.status, body=answer.body, headers=headers)
    response = web.StreamResponse(status=answer.status, headers=headers)
    response.content_length = len(answer.body)
    await response.prepare(request)
    half = len(answer.body) // 2
    await response.write(answer.body[:half])
    if mishap is Mishap.CUT_BODY:
        return _cut(request)
    await asyncio.sleep(fault.seconds)
    await response.write(answer.body[half:])
    return response


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _failure(status: int) -> Answer:
    kind = "idempotency_error" if status == 409 else "api_error"
    code = {409: "idempotency_key_in_use", 429: "rate_limit"}.get(status)
    error = {"type": kind, "message": f"A fault was asked for: {status}."} | ({"code": code} if code else {})
    return Answer(status, orjson.dumps({"error": error}))


def _json(content: object) -> web.Response:
    return web.Response(body=orjson.dumps(content), content_type="application/json")


@asynccontextmanager
async def fault_proxy(upstream: str, *, port: int = 0, keeps_keys: bool = True) -> AsyncIterator[FaultProxy]:
    """Serve a proxy before `upstream` on loopback, on a free port unless `port` is given."""
    timeout = ClientTimeout(total=UPSTREAM_TIMEOUT_S)
    async with ClientSession(timeout=timeout, cookie_jar=DummyCookieJar()) as session:
        proxy = FaultProxy(upstream, session, keeps_keys=keeps_keys)
        runner = web.AppRunner(proxy.app(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", port)
            await site.start()
            proxy.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield proxy
        finally:
            await runner.cleanup()


async def _serve_until_stopped(upstream: str, port: int) -> None:
    async with fault_proxy(upstream, port=port) as proxy:
        print(proxy.url, flush=True)  # noqa: T201 - whoever started us reads the address
        await asyncio.Event().wait()


def main() -> None:
    """Serve until the process is stopped."""
    parser = argparse.ArgumentParser(description="Stripe's idempotency keys, and faults on request.")
    parser.add_argument("--upstream", required=True)
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    asyncio.run(_serve_until_stopped(arguments.upstream, arguments.port))


if __name__ == "__main__":
    main()
