"""Where merchants are told, over HTTP: made once per key, the secret shown once, and nobody else's business."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientResponse

from ledger.application.notifications import TYPES
from tests.api.world import World

ENDPOINTS = "/api/v1/notification_endpoints"
WANTED: dict[str, Any] = {"url": "https://shop.example/hooks", "types": ["payment.succeeded", "dispute.lost"]}


async def made(world: World, body: object = None, **headers: str) -> dict[str, Any]:
    answer = await world.post(ENDPOINTS, body or WANTED, key=world.key, **headers)
    assert answer.status == 201, await answer.text()
    told: dict[str, Any] = await answer.json()
    assert answer.headers["Location"] == f"{ENDPOINTS}/{told['id']}"
    return told


async def done(world: World, endpoint: str, action: str) -> dict[str, Any]:
    answer = await world.post(f"{ENDPOINTS}/{endpoint}/{action}", key=world.key)
    assert answer.status == 200, await answer.text()
    told: dict[str, Any] = await answer.json()
    return told


async def removed(world: World, endpoint: str, key: str) -> ClientResponse:
    return await world.client.delete(f"{ENDPOINTS}/{endpoint}", headers={"Authorization": f"Bearer {key}"})


async def test_an_endpoint_is_made_once_per_key_and_its_secret_is_shown_once(world: World) -> None:
    """IDEM-1, OUT-1: whoever asks again is told the same, but for the secret."""
    first = await made(world, Idempotency_Key="k")
    assert first["secret"].startswith("whsec_")
    events = await world.events()
    again = await made(world, Idempotency_Key="k")
    assert (again, await world.events()) == ({**first, "secret": None}, events)
    answer = await world.get(f"{ENDPOINTS}/{first['id']}", key=world.key)
    assert await answer.json() == {**first, "secret": None}
    assert await world.listed(ENDPOINTS) == [{**first, "secret": None}]


async def test_a_hundred_requests_at_once_make_one_endpoint_with_one_secret_that_counts(world: World) -> None:
    """IDEM-3, OUT-1: the secret that one of them was told is the one that notifications are signed with."""
    principal = await world.organizations.authenticate(world.key)
    notifications = world.ledger.notifications

    async def register() -> str | None:
        added = await notifications.register(principal, WANTED["url"], ("payment.failed",), key="k", body=WANTED)
        return None if added.secret is None else added.secret.reveal().decode()

    secrets = [secret for secret in await asyncio.gather(*(register() for _ in range(100))) if secret]
    endpoints = await notifications.endpoints(principal.organization_id, principal.mode)
    assert endpoints is not None
    assert (len(secrets), len(endpoints.known)) == (1, 1)


async def test_a_key_means_one_endpoint_even_after_it_is_gone(world: World) -> None:
    """IDEM-2: another body is refused, and what was removed is not made again."""
    first = await made(world, Idempotency_Key="k")
    answer = await world.post(ENDPOINTS, WANTED | {"types": ["payment.failed"]}, key=world.key, Idempotency_Key="k")
    assert (answer.status, (await answer.json())["code"]) == (422, "idempotency_key_reused")
    gone = await (await removed(world, first["id"], world.key)).json()
    assert gone["status"] == "removed"
    assert await world.listed(ENDPOINTS) == []
    assert (await made(world, Idempotency_Key="k"))["id"] == first["id"]
    assert await world.listed(ENDPOINTS) == []


async def test_an_endpoint_is_paused_and_its_secret_rotated(world: World) -> None:
    """OUT-2: at the merchant's word, and however often."""
    endpoint = await made(world)
    for _ in range(2):
        paused = await done(world, endpoint["id"], "disable")
        assert (paused["status"], paused["disabled_reason"]) == ("disabled", "merchant")
    for _ in range(2):
        assert (await done(world, endpoint["id"], "enable"))["status"] == "enabled"
    rotated = await done(world, endpoint["id"], "rotate")
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != endpoint["secret"]


async def test_nobody_else_finds_an_endpoint(world: World) -> None:
    """SEC: not another merchant, and not the same one in the other mode."""
    endpoint = await made(world)
    events = await world.events()
    _, stranger, _ = await world.another_merchant()
    events = await world.events()
    for key in (stranger, world.live_key):
        assert (await world.get(f"{ENDPOINTS}/{endpoint['id']}", key=key)).status == 404
        assert (await removed(world, endpoint["id"], key)).status == 404
        for action in ("disable", "enable", "rotate"):
            assert (await world.post(f"{ENDPOINTS}/{endpoint['id']}/{action}", key=key)).status == 404
    assert await world.events() == events


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"url": "http://shop.example/hooks"}, 422, "endpoint_url_refused"),
        ({"url": "ftp://shop.example"}, 422, "body_invalid"),
        ({"url": "https://shop.example/\u0000"}, 422, "body_invalid"),
        ({"types": []}, 422, "body_invalid"),
        ({"types": ["payment.invented"]}, 422, "notification_type_unknown"),
        ({"types": "payment.failed"}, 422, "body_invalid"),
        ({"secret": "mine"}, 422, "body_invalid"),
    ],
)
async def test_a_bad_endpoint_is_refused_and_nothing_is_kept(
    world: World, changes: dict[str, Any], status: int, code: str
) -> None:
    """Bad input: a stable code, and nothing appended."""
    events = await world.events()
    answer = await world.post(ENDPOINTS, WANTED | changes, key=world.key)
    assert (answer.status, (await answer.json())["code"]) == (status, code)
    assert await world.events() == events


async def test_there_are_at_most_sixteen_endpoints(world: World) -> None:
    for _ in range(16):
        await made(world, WANTED | {"types": list(TYPES.values())})
    answer = await world.post(ENDPOINTS, WANTED, key=world.key)
    assert (answer.status, (await answer.json())["code"]) == (409, "too_many_endpoints")
