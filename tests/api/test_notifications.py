"""What merchants were told, over HTTP: read by them, and sent once more at their word."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from ledger.adapters.memory.sender import MemorySender
from ledger.application.sender import Answered
from tests.api.test_notification_endpoints import ENDPOINTS, WANTED, made
from tests.api.world import World, world_in_memory
from tests.consumers.life import eventually

NOTIFICATIONS = "/api/v1/notifications"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with world_in_memory(consuming=True) as world:
        yield world


def sender(world: World) -> MemorySender:
    port = world.ledger.ports.sender
    assert isinstance(port, MemorySender)
    return port


async def told(world: World, status: str, query: str = "") -> dict[str, Any]:
    """Wait until there is one notification, which stands at `status`."""
    found: list[dict[str, Any]] = []

    async def there() -> bool:
        found[:] = await world.listed(f"{NOTIFICATIONS}{query}")
        return [each["status"] for each in found] == [status]

    await eventually(there)
    return found[0]


async def paid(world: World) -> str:
    checkout = await world.checkout()
    return str((await world.pay(checkout["id"]))["id"])


async def test_a_merchant_reads_what_they_were_told(world: World) -> None:
    """OUT-4: of which event, about which payment, and that they have it."""
    endpoint = await made(world)
    payment = await paid(world)
    notification = await told(world, "delivered", f"?endpoint_id={endpoint['id']}")
    assert (notification["type"], notification["about"]) == ("payment.succeeded", payment)
    assert (notification["endpoint_id"], notification["http_status"]) == (endpoint["id"], 200)
    answer = await world.get(f"{NOTIFICATIONS}/{notification['id']}", key=world.key)
    assert await answer.json() == notification
    assert await world.listed(f"{NOTIFICATIONS}?endpoint_id=we_{'0' * 32}") == []


async def test_what_has_ended_is_sent_once_more_with_the_same_id_and_words(world: World) -> None:
    """OUT-4: at the merchant's word, when it has ended."""
    await made(world)
    await paid(world)
    notification = await told(world, "delivered")
    answer = await world.post(f"{NOTIFICATIONS}/{notification['id']}/resend", key=world.key)
    assert (answer.status, (await answer.json())["status"]) == (200, "queued")
    again = sender(world)

    async def twice() -> bool:
        return len(again.sent) == 2

    await eventually(twice)
    first, second = again.sent
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert (await told(world, "delivered"))["id"] == notification["id"]


async def test_what_is_under_way_is_not_sent_again(world: World) -> None:
    """OUT-4."""
    sender(world).answers.extend([Answered(500)] * 9)
    await made(world)
    await paid(world)
    notification = await told(world, "queued")
    answer = await world.post(f"{NOTIFICATIONS}/{notification['id']}/resend", key=world.key)
    assert (answer.status, (await answer.json())["code"]) == (409, "notification_under_way")


async def test_an_address_that_is_gone_is_told_nothing_more(world: World) -> None:
    """OUT-2: the notification says why it failed, the endpoint why it is disabled."""
    sender(world).answers.append(Answered(410))
    endpoint = await made(world)
    await paid(world)
    notification = await told(world, "failed")
    assert (notification["reason"], notification["http_status"]) == ("gone", 410)
    shown = await (await world.get(f"{ENDPOINTS}/{endpoint['id']}", key=world.key)).json()
    assert (shown["status"], shown["disabled_reason"]) == ("disabled", "gone")


async def test_nobody_else_reads_or_resends(world: World) -> None:
    """SEC: neither another merchant nor the same one in the other mode."""
    endpoint = await made(world, WANTED)
    await paid(world)
    notification = await told(world, "delivered")
    _, stranger, _ = await world.another_merchant()
    events = await world.events()
    for key, status in ((stranger, 404), (world.live_key, 404)):
        path = f"{NOTIFICATIONS}/{notification['id']}"
        assert (await world.get(path, key=key)).status == status
        assert (await world.post(f"{path}/resend", key=key)).status == status
        listed = await world.get(f"{NOTIFICATIONS}?endpoint_id={endpoint['id']}", key=key)
        assert (await listed.json())["items"] == []
    assert await world.events() == events


@pytest.mark.parametrize("query", ["endpoint_id=we_1", "endpoint_id=pay_1", "limit=0", "cursor=x"])
async def test_what_is_malformed_is_refused(world: World, query: str) -> None:
    answer = await world.get(f"{NOTIFICATIONS}?{query}", key=world.key)
    assert answer.status == 400
