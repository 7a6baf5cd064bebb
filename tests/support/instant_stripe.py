"""A stand-in for Stripe that answers at once and charges every card, for benchmarks.

`python -m tests.support.instant_stripe --port N`, or `async with instant_stripe() as server`. It knows how to
create, confirm, cancel and retrieve a PaymentIntent, and keeps idempotency keys; GET /_charges counts the charges.
"""

import argparse
import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from tests.support.idempotency_keys import Answer, IdempotencyKeys

MOST_INTENTS = 200_000


class InstantStripe:
    """The server: `url` once it serves, and how many charges it made."""

    def __init__(self) -> None:
        self.url = ""
        self.charges = 0
        self._keys = IdempotencyKeys()
        self._opened = 0
        self._intents: OrderedDict[str, dict[str, object]] = OrderedDict()

    def app(self) -> web.Application:
        """Return the application that serves this stand-in."""
        app = web.Application()
        app.router.add_post("/v1/payment_intents", self._create)
        app.router.add_get("/v1/payment_intents/{id}", self._retrieve)
        app.router.add_post("/v1/payment_intents/{id}/confirm", self._confirm)
        app.router.add_post("/v1/payment_intents/{id}/cancel", self._cancel)
        app.router.add_get("/_charges", self._count)
        return app

    async def _create(self, request: web.Request) -> web.Response:
        fields = dict(parse_qsl((await request.read()).decode()))
        return await self._once(request, lambda: self._open(fields))

    async def _confirm(self, request: web.Request) -> web.Response:
        return await self._once(request, lambda: self._move(request.match_info["id"], "succeeded"))

    async def _cancel(self, request: web.Request) -> web.Response:
        return await self._once(request, lambda: self._move(request.match_info["id"], "canceled"))

    async def _retrieve(self, request: web.Request) -> web.Response:
        intent = self._intents.get(request.match_info["id"])
        return _response(_missing() if intent is None else Answer(200, orjson.dumps(intent)))

    async def _count(self, request: web.Request) -> web.Response:
        return _response(Answer(200, orjson.dumps({"charges": self.charges, "intents": self._opened})))

    async def _once(self, request: web.Request, work: Callable[[], Answer]) -> web.Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return _response(work())
        scope = request.headers.get("Authorization", ""), key
        instead = self._keys.begin(scope, request.path.encode() + b"\n" + await request.read())
        if instead is not None:
            return _response(instead)
        answer = work()
        self._keys.end(scope, answer)
        return _response(answer)

    def _open(self, fields: dict[str, str]) -> Answer:
        self._opened += 1
        reference = f"pi_{self._opened:024d}"
        intent: dict[str, object] = {
            "id": reference,
            "object": "payment_intent",
            "amount": int(fields["amount"]),
            "amount_received": 0,
            "currency": fields["currency"],
            "client_secret": f"{reference}_secret_instant",
            "metadata": {"payment_id": fields.get("metadata[payment_id]", "")},
            "payment_method": fields.get("payment_method"),
            "last_payment_error": None,
            "next_action": None,
            "status": "requires_confirmation",
        }
        self._intents[reference] = intent
        if len(self._intents) > MOST_INTENTS:
            self._intents.popitem(last=False)
        return Answer(200, orjson.dumps(intent))

    def _move(self, reference: str, status: str) -> Answer:
        intent = self._intents.get(reference)
        if intent is None:
            return _missing()
        if intent["status"] != "requires_confirmation":
            return _error(400, "payment_intent_unexpected_state")
        intent["status"] = status
        if status == "succeeded":
            intent["amount_received"] = intent["amount"]
            self.charges += 1
        return Answer(200, orjson.dumps(intent))


def _missing() -> Answer:
    return _error(404, "resource_missing")


def _error(status: int, code: str) -> Answer:
    return Answer(status, orjson.dumps({"error": {"type": "invalid_request_error", "code": code, "message": code}}))


def _response(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=answer.body, content_type="application/json")


@asynccontextmanager
async def instant_stripe(*, port: int = 0) -> AsyncIterator[InstantStripe]:
    """Serve the stand-in on loopback, on a free port unless `port` is given."""
    server = InstantStripe()
    runner = web.AppRunner(server.app(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()


async def _serve_until_stopped(port: int) -> None:
    async with instant_stripe(port=port) as server:
        print(server.url, flush=True)  # noqa: T201 - whoever started us reads the address
        await asyncio.Event().wait()


def main() -> None:
    """Serve until the process is stopped."""
    parser = argparse.ArgumentParser(description="A Stripe that answers at once.")
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(_serve_until_stopped(parser.parse_args().port))


if __name__ == "__main__":
    main()
