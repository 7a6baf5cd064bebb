"""Organizations: keys are seen once, kept hashed, and told apart in constant time."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.application.journal.recorder import Recorder
from ledger.application.mapper import Mapper
from ledger.application.organizations import KeyRefused, Organizations, Principal
from ledger.application.repository import Repository
from ledger.domain.catalogue import EVENTS
from ledger.domain.errors import NotFound
from ledger.domain.values import Mode
from tests.support.examples import ACCOUNT, ORGANIZATION


@dataclass
class World:
    recorder: Recorder
    organizations: Organizations


@pytest.fixture
async def world() -> AsyncIterator[World]:
    clock = SettableClock()
    async with Recorder(MemoryPageStore(), clock) as recorder:
        yield World(recorder, Organizations(Repository(recorder, Mapper(EVENTS, clock))))


async def test_a_key_tells_whose_it_is(world: World) -> None:
    organization = await world.organizations.register("Shirts & Co")
    key = await world.organizations.issue_key(organization, Mode.TEST, "till")
    assert re.fullmatch(r"sk_test_[0-9a-f]{40}\.[0-9a-f]{72}", key)
    principal = await world.organizations.authenticate(key)
    assert principal == Principal(organization, Mode.TEST, key[8:48])


async def test_only_a_digest_of_the_key_is_kept(world: World) -> None:
    organization = await world.organizations.register("Shirts & Co")
    key = await world.organizations.issue_key(organization, Mode.LIVE, "till")
    secret = key.partition(".")[2]
    stored = await world.recorder.select_events(organization)
    assert len(stored) == 2
    assert all(secret.encode() not in event.state for event in stored)


async def test_a_wrong_key_is_refused_without_saying_why(world: World) -> None:
    organization = await world.organizations.register("Shirts & Co")
    key = await world.organizations.issue_key(organization, Mode.TEST, "till")
    key_id, secret = key[8:48], key[49:]
    wrong = ["", "sk_test_", key[:-1], key[:-8] + "00000000", key.replace("test", "live"), key.replace("sk_", "pk_")]
    wrong += [f"sk_test_{'0' * 40}.{secret}", f"sk_test_{key_id[:32]}{'0' * 8}.{secret}", "\u00fc" * 120]
    for text in wrong:
        with pytest.raises(KeyRefused) as refusal:
            await world.organizations.authenticate(text)
        assert refusal.value.detail == KeyRefused().detail


async def test_a_revoked_key_is_refused(world: World) -> None:
    organization = await world.organizations.register("Shirts & Co")
    key = await world.organizations.issue_key(organization, Mode.TEST, "till")
    await world.organizations.revoke_key(organization, key[8:48])
    with pytest.raises(KeyRefused):
        await world.organizations.authenticate(key)


async def test_connecting_an_account_twice_records_it_once(world: World) -> None:
    organization = await world.organizations.register("Shirts & Co")
    await world.organizations.connect(organization, ACCOUNT)
    await world.organizations.connect(organization, ACCOUNT)
    assert (await world.organizations.get(organization)).account(Mode.TEST) == ACCOUNT
    assert await world.recorder.max_notification_id() == 2


async def test_there_is_nothing_under_an_unknown_id(world: World) -> None:
    with pytest.raises(NotFound):
        await world.organizations.get(ORGANIZATION)
