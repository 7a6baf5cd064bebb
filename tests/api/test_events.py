"""A checkout and its payment as server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientResponse

from api import representations as shown
from api.app import drain
from api.limits import Limits
from tests.api.world import World, world_in_memory

SENT = tuple[str, int, dict[str, Any]]


async def test_a_customer_hears_of_every_change_until_it_is_over(world: World) -> None:
    """CHK-8."""
    opened = await world.checkout()
    async with following(world, opened["id"]) as heard:
        assert await anext(heard) == ("checkout", "open")
        payment = await world.pay(opened["id"])
        assert await anext(heard) == ("payment", "initiated")
        assert await anext(heard) == ("checkout", "processing")
        await world.charge(payment["id"])
        rest = [each async for each in heard]
    assert rest[-2:] == [("payment", "captured"), ("checkout", "complete")]
    assert ("payment", "failed") not in rest


async def test_what_is_sent_is_what_a_customer_may_see(world: World) -> None:
    """CHK-10."""
    opened = await world.checkout()
    await world.charge((await world.pay(opened["id"]))["id"])
    async with streaming(world, opened["id"]) as answer:
        sent = [each async for each in parsed(answer)]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Request-Id"].startswith("req_")
    assert [kind for kind, _, _ in sent] == ["payment", "checkout"]
    shown.CustomerPayment.model_validate(sent[0][2])
    shown.CustomerCheckout.model_validate(sent[1][2])
    assert sent[0][1] < sent[1][1] == await world.events()


async def test_who_comes_back_hears_only_what_is_new(world: World) -> None:
    opened = await world.checkout()
    async with streaming(world, opened["id"]) as answer:
        last = (await anext(parsed(answer)))[1]
    await world.pay(opened["id"])
    async with following(world, opened["id"], Last_Event_ID=str(last)) as heard:
        assert [await anext(heard), await anext(heard)] == [("payment", "initiated"), ("checkout", "processing")]


async def test_who_knows_how_it_ended_is_told_to_stay_away(world: World) -> None:
    opened = await world.checkout()
    await world.post(f"/api/v1/checkouts/{opened['id']}/cancel", key=world.key)
    async with streaming(world, opened["id"]) as answer:
        sent = [each async for each in parsed(answer)]
    again = await world.get(f"/api/v1/checkouts/{opened['id']}/events", Last_Event_ID=str(sent[-1][1]))
    assert (again.status, await again.read()) == (204, b"")


async def test_a_quiet_stream_says_that_it_is_still_there() -> None:
    async with world_in_memory(limits=Limits(heartbeat_s=0.02)) as world:
        opened = await world.checkout()
        async with asyncio.timeout(10), streaming(world, opened["id"]) as answer:
            while await answer.content.readline() != b": still here\n":
                pass


async def test_a_stream_ends_when_its_process_drains(world: World) -> None:
    opened = await world.checkout()
    async with following(world, opened["id"]) as heard:
        await anext(heard)
        drain(world.app)
        assert [each async for each in heard] == []


async def test_a_stream_has_no_head(world: World) -> None:
    opened = await world.checkout()
    answer = await world.client.head(f"/api/v1/checkouts/{opened['id']}/events")
    assert answer.status == 405


async def test_a_server_holds_only_so_many_streams() -> None:
    async with world_in_memory(limits=Limits(streams=1)) as world:
        opened = await world.checkout()
        async with following(world, opened["id"]) as heard:
            await anext(heard)
            refused = await world.get(f"/api/v1/checkouts/{opened['id']}/events")
            assert (refused.status, (await refused.json())["code"]) == (503, "too_many_streams")


async def test_an_expiry_is_heard_of_though_nobody_recorded_it(world: World) -> None:
    """CHK-5."""
    opened = await world.checkout()
    async with streaming(world, opened["id"]) as answer:
        position = (await anext(parsed(answer)))[1]
    world.clock.advance(hours=24)
    async with following(world, opened["id"], Last_Event_ID=str(position)) as heard:
        assert [each async for each in heard] == [("checkout", "expired")]


@asynccontextmanager
async def streaming(world: World, checkout: str, **headers: str) -> AsyncIterator[ClientResponse]:
    """Open the events of a checkout and hang up at the end."""
    answer = await world.get(f"/api/v1/checkouts/{checkout}/events", **headers)
    try:
        assert (answer.status, answer.content_type) == (200, "text/event-stream"), await answer.text()
        yield answer
    finally:
        answer.close()


@asynccontextmanager
async def following(world: World, checkout: str, **headers: str) -> AsyncIterator[AsyncIterator[tuple[str, str]]]:
    """Give the events of a checkout as kind and status, for at most ten seconds."""
    async with asyncio.timeout(10), streaming(world, checkout, **headers) as answer:

        async def heard() -> AsyncIterator[tuple[str, str]]:
            async for kind, _, body in parsed(answer):
                yield kind, str(body.get("detail") or body["status"])

        yield heard()


async def parsed(answer: ClientResponse) -> AsyncIterator[SENT]:
    """Read events as kind, id and body."""
    fields: dict[str, str] = {}
    async for raw in answer.content:
        name, _, value = raw.decode().rstrip("\n").partition(": ")
        if not name and "data" in fields:
            yield fields["event"], int(fields["id"]), json.loads(fields["data"])
        fields = {**fields, name: value} if name else {}
