"""Who calls: keys, how they are presented, and how soon a revoked one ends."""

import base64
from dataclasses import replace
from datetime import datetime

import pytest
from typing_extensions import override

from api.app import SERVICE
from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.key_uses import MemoryKeyUses
from ledger.bootstrap import memory_ports
from ledger.domain.errors import Unavailable
from tests.api.world import OFF, World, world_over

CHECKOUTS = "/api/v1/checkouts"


@pytest.mark.parametrize("scheme", ["Bearer {key}", "bearer  {key}", "Basic {basic}"])
async def test_a_key_is_taken_as_bearer_or_as_user(world: World, scheme: str) -> None:
    basic = base64.b64encode(f"{world.key}:".encode()).decode()
    headers = {"Authorization": scheme.format(key=world.key, basic=basic)}
    assert (await world.client.get(CHECKOUTS, headers=headers)).status == 200


async def test_whatever_is_wrong_with_a_key_the_answer_is_the_same(world: World) -> None:
    other_mode = world.key.replace("sk_test_", "sk_live_")
    changed = world.key[:-9] + ("0" if world.key[-9] != "0" else "1") + world.key[-8:]
    of_nobody = f"sk_test_{'0' * 40}.{world.key.partition('.')[2]}"
    with_password = base64.b64encode(f"{world.key}:x".encode()).decode()
    wrong = [f"Bearer {key}" for key in ("", "sk_", other_mode, changed, of_nobody, world.key + "0", "x" * 5_000)]
    wrong += [f"Basic {with_password}", "Basic ???", "Basic w6k=", f"Digest {world.key}", world.key]
    answers = [await world.client.get(CHECKOUTS, headers={"Authorization": value}) for value in wrong]
    answers.append(await world.client.get(CHECKOUTS))

    said = [await answer.json() for answer in answers]
    assert {answer.status for answer in answers} == {401}
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {'Bearer realm="payment-ledger"'}
    assert len({str(problem | {"request_id": ""}) for problem in said}) == 1
    assert said[0]["code"] == "api_key_invalid"


async def test_a_wrong_key_is_refused_even_where_none_is_needed(world: World) -> None:
    opened = await world.checkout()
    answer = await world.get(f"{CHECKOUTS}/{opened['id']}", key="sk_test_wrong")
    assert answer.status == 401


async def test_a_revoked_key_ends_at_once(world: World) -> None:
    assert (await world.get(CHECKOUTS, key=world.key)).status == 200
    key_id = world.key.removeprefix("sk_test_").partition(".")[0]
    await world.organizations.revoke_key(world.organization_id, key_id)
    assert (await world.get(CHECKOUTS, key=world.key)).status == 401


async def test_a_remembered_key_is_forgotten_after_a_while(world: World) -> None:
    await world.get(CHECKOUTS, key=world.key)
    keys = world.app[SERVICE].keys
    assert keys.remembered(world.key) is not None
    world.clock.advance(seconds=world.app[SERVICE].limits.keys_remembered_s)
    assert keys.remembered(world.key) is None
    assert (await world.get(CHECKOUTS, key=world.key)).status == 200


async def test_the_last_use_of_a_key_is_known_and_is_no_event(world: World) -> None:
    """SEC-6: a busy key is noted once in a while, not with every request."""
    key_id, uses = world.key.removeprefix("sk_test_").partition(".")[0], world.ledger.ports.key_uses
    assert await uses.last([key_id]) == {}
    events, first = await world.events(), world.clock.now()
    await world.get(CHECKOUTS, key=world.key)
    world.clock.advance(seconds=1)
    await world.get(CHECKOUTS, key=world.key)
    assert await uses.last([key_id]) == {key_id: first}

    world.clock.advance(seconds=world.app[SERVICE].limits.keys_remembered_s)
    await world.get(CHECKOUTS, key=world.key)
    assert await uses.last([key_id]) == {key_id: world.clock.now()}
    assert await world.events() == events


class Away(MemoryKeyUses):
    @override
    async def note(self, key_id: str, at: datetime) -> None:
        raise Unavailable


async def test_a_use_that_cannot_be_noted_keeps_nobody_out(caplog: pytest.LogCaptureFixture) -> None:
    """SEC-6."""
    async with world_over(replace(memory_ports(SettableClock()), key_uses=Away()), limits=OFF) as world:
        await world.settle_in()
        assert (await world.get(CHECKOUTS, key=world.key)).status == 200
        assert "the use of a key was not noted" in caplog.text


async def test_what_is_done_with_a_key_is_recorded_as_done_by_it(world: World) -> None:
    answer = await world.post(
        CHECKOUTS, {"amount": {"minor": 1, "currency": "EUR"}}, key=world.key, X_Request_Id="r-7"
    )
    record = (await world.recorder.select_notifications(int(answer.headers["X-Ledger-Position"]), 1))[0].state
    key_id = world.key.removeprefix("sk_test_").partition(".")[0]
    assert f'"actor":"key:{key_id}"'.encode() in record
    assert b'"correlation":"r-7"' in record
    assert world.key.partition(".")[2].encode() not in record
