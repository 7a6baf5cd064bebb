"""The control for whole payments: the same requests, the same number of operations, and no ledger in it."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from uuid import uuid4

import orjson
from aiohttp import ClientSession, web
from redis.asyncio import Redis

from ledger.adapters.mongo.driver import Collection, Driver, connected

RECORD = "x" * 600
SCHEMA = {"amount", "payment_method"}


@dataclass(frozen=True, slots=True)
class Bare:
    """The connections, and how many operations of each kind a payment has."""

    plain: Collection
    redis: "Redis"
    http: ClientSession
    provider: str
    operations: dict[str, float]

    async def operate(self, payment: int) -> None:
        """Do what one payment does, one after the other; fractions add up over the payments."""
        for name, often in self.operations.items():
            for _ in range(int((payment + 1) * often) - int(payment * often)):
                await self._once(name)

    async def _once(self, name: str) -> None:
        match name:
            case "insert":
                await self.plain.insert_one({"_id": uuid4(), "record": RECORD})
            case "update" | "bulkWrite":
                await self.plain.update_one({"_id": 1}, {"$inc": {"n": 1}}, upsert=True)
            case "findAndModify":
                await self.plain.find_one_and_update({"_id": 2}, {"$inc": {"n": 1}}, upsert=True)
            case "redis":
                await self.redis.zadd("bare", {"member": 1})
            case _:
                await self.plain.find_one({"_id": 1})

    async def charge(self) -> None:
        """Speak to the provider as a payment does: open, then confirm."""
        headers = {"Authorization": "Bearer sk_test_benchmark_benchmark"}
        form = {"amount": "1999", "currency": "eur", "payment_method": "pm_card_visa", "metadata[payment_id]": "p"}
        opened = f"{self.provider}/v1/payment_intents"
        async with self.http.post(opened, data=form, headers={**headers, "Idempotency-Key": uuid4().hex}) as answer:
            intent = await answer.json()
        async with self.http.post(
            f"{opened}/{intent['id']}/confirm", headers={**headers, "Idempotency-Key": uuid4().hex}
        ) as answer:
            await answer.read()


async def application(_: list[str] | None = None) -> web.Application:
    """Build the control."""
    app = web.Application()
    numbers = count()
    environment = os.environ  # noqa: TID251 - the benchmark's own

    async def opened(_: web.Application) -> AsyncIterator[None]:
        async with (
            connected(environment["BARE_MONGO_URL"], driver=Driver(environment["MONGO_DRIVER"])) as client,
            ClientSession() as http,
            Redis.from_url(environment["BARE_REDIS_URL"]) as redis,
        ):
            plain = client[environment["BARE_DATABASE"]]["bare"]
            operations = orjson.loads(environment["BARE_OPERATIONS"])
            bare.append(Bare(plain, redis, http, environment["BARE_PROVIDER"], operations))
            yield

    async def create(request: web.Request) -> web.Response:
        body = orjson.loads(await request.read())
        assert body.keys() <= SCHEMA
        return web.json_response({"id": f"cs_{uuid4().hex}", "status": "open"}, status=201)

    async def pay(request: web.Request) -> web.Response:
        body = orjson.loads(await request.read())
        assert body.keys() <= SCHEMA
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(bare[0].operate(next(numbers)))
            tasks.create_task(bare[0].charge())
        return web.json_response({"id": f"pay_{uuid4().hex}", "status": "succeeded"}, status=202)

    async def tell(request: web.Request) -> web.Response:
        await bare[0].plain.insert_one({"_id": uuid4(), "record": await request.read()})
        return web.Response()

    bare: list[Bare] = []
    app.cleanup_ctx.append(opened)
    app.router.add_post("/api/v1/checkouts", create)
    app.router.add_post("/api/v1/checkouts/{id}/payments", pay)
    app.router.add_post("/hooks/{provider}/{account_id}", tell)
    return app


if __name__ == "__main__":
    web.run_app(application(), host="127.0.0.1", port=int(os.environ["BARE_PORT"]), print=None)  # noqa: TID251
