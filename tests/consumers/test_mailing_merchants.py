"""Merchants are mailed once that an endpoint of theirs was disabled, if they said where."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from consumers.rules import rules_of
from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.mailer import MemoryMailer
from ledger.adapters.memory.sender import MemorySender
from ledger.application import ids
from ledger.application.mailer import NoMailer
from ledger.application.mails import Mails
from ledger.application.sender import Answered
from ledger.bootstrap import memory_ports
from ledger.domain.endpoint import Endpoints
from ledger.domain.values import Personal
from tests.consumers.life import Life
from tests.consumers.test_crash_points import NEVER, Crash, Fuse, Fused, fused
from tests.consumers.test_mailing import mail_topics
from tests.support.examples import NOW
from tests.support.world import World, opened_world

CONTACT = Personal("till@shop.example")
URL = "https://shop.example/hooks"


@asynccontextmanager
async def a_world(mailer: MemoryMailer | NoMailer) -> AsyncIterator[World]:
    """Open a ledger whose mails `mailer` takes, with a merchant who has said where."""
    clock = SettableClock(NOW)
    async with opened_world(replace(memory_ports(clock), mailer=mailer)) as opened:
        world = replace(opened, clock=clock)
        await world.ledger.organizations.write_to(world.merchant.organization_id, CONTACT)
        yield world


@pytest.fixture
def mailer() -> MemoryMailer:
    return MemoryMailer()


@pytest.fixture
async def world(mailer: MemoryMailer) -> AsyncIterator[World]:
    async with a_world(mailer) as world:
        yield world


async def endpoint(world: World) -> UUID:
    owner = world.merchant.organization_id, world.merchant.mode
    endpoint_id, _ = await world.ledger.notifications.add(*owner, URL, ("checkout.expired",))
    return endpoint_id


async def change(world: World, endpoint_id: UUID, reason: str | None) -> None:
    """Disable an endpoint for a reason, or enable it again."""
    owner = world.merchant.organization_id, world.merchant.mode

    def changed(endpoints: Endpoints) -> None:
        endpoints.enable(endpoint_id) if reason is None else endpoints.disable(endpoint_id, reason)

    await world.ledger.notifications.change(*owner, changed)


async def expired(world: World, life: Life, *, answers: list[Answered]) -> None:
    """Have something happen that an endpoint is told of, and work on for days."""
    sender = world.ledger.ports.sender
    assert isinstance(sender, MemorySender)
    sender.answers.extend(answers)
    await world.opened()
    await life.until(world.clock.now() + timedelta(days=10))


@pytest.mark.parametrize(
    ("answers", "why"), [([Answered(410)], "answered 410"), ([Answered(500)] * 99, "got through to it in days")]
)
async def test_a_merchant_is_mailed_once_that_their_endpoint_is_disabled(
    world: World, life: Life, mailer: MemoryMailer, answers: list[Answered], why: str
) -> None:
    """OUT-3: after the last try, and at a 410; the mail says where, why, and how to go on."""
    endpoint_id = await endpoint(world)
    await expired(world, life, answers=answers)
    (message,) = mailer.taken
    assert message.to == CONTACT.text
    assert message.subject == "Shirts & Co is no longer notified at an endpoint (test mode)"
    for said in (URL, why, f"/{ids.outside('endpoint', endpoint_id)}/enable"):
        assert said in message.text
    assert await mail_topics(world) == ["mail.queued", "mail.sent"]
    assert await life.dead() == []


async def test_each_disabling_is_told_of(world: World, life: Life, mailer: MemoryMailer) -> None:
    """OUT-3: enabled again and disabled again is told again."""
    endpoint_id = await endpoint(world)
    for reason in ("gone", None, "exhausted"):
        await change(world, endpoint_id, reason)
        await life.work()
    assert len({each.message_id for each in mailer.taken}) == len(mailer.taken) == 2


async def test_what_the_merchant_did_themselves_is_not_told(world: World, life: Life, mailer: MemoryMailer) -> None:
    """OUT-3."""
    await change(world, await endpoint(world), "merchant")
    await life.work()
    assert (mailer.taken, await mail_topics(world)) == ([], [])


async def test_without_a_contact_nothing_is_queued_and_the_endpoint_says_it(
    world: World, life: Life, mailer: MemoryMailer
) -> None:
    """OUT-3: also when there was a contact once."""
    await world.ledger.organizations.write_to(world.merchant.organization_id, None)
    endpoint_id = await endpoint(world)
    await change(world, endpoint_id, "gone")
    await life.work()
    assert (mailer.taken, await mail_topics(world), await life.dead()) == ([], [], [])
    endpoints = await world.ledger.notifications.endpoints(world.merchant.organization_id, world.merchant.mode)
    assert endpoints is not None
    assert endpoints.disabled == {endpoint_id: "gone"}


async def test_a_mail_that_comes_too_late_is_not_sent(world: World, life: Life, mailer: MemoryMailer) -> None:
    """OUT-3: the mail server was away until the endpoint was enabled again."""
    endpoint_id = await endpoint(world)
    mailer.is_away = True
    await change(world, endpoint_id, "gone")
    await life.work()
    await change(world, endpoint_id, None)
    mailer.is_away = False
    await life.until(world.clock.now() + timedelta(hours=1))
    assert (mailer.taken, await mail_topics(world)) == ([], ["mail.queued", "mail.failed"])


async def test_of_an_endpoint_that_is_gone_already_nothing_is_said(
    world: World, life: Life, mailer: MemoryMailer
) -> None:
    endpoint_id = await endpoint(world)
    await change(world, endpoint_id, "gone")
    owner = world.merchant.organization_id, world.merchant.mode
    await world.ledger.notifications.change(*owner, lambda endpoints: endpoints.remove(endpoint_id))
    await life.work()
    assert (mailer.taken, await mail_topics(world)) == ([], [])


async def test_without_a_mail_server_it_is_on_record_that_nobody_was_told() -> None:
    """OUT-3."""
    async with a_world(NoMailer()) as world:
        life = Life(world.ledger, world.clock)
        await change(world, await endpoint(world), "exhausted")
        await life.work()
        assert await mail_topics(world) == ["mail.queued", "mail.failed"]


async def lived_through(crash_at: int) -> tuple[list[str], set[str], Fuse]:
    """Disable an endpoint while the process dies at a step, and let a fresh one go on."""
    fuse, mailer = Fuse(crash_at), MemoryMailer()
    async with a_world(mailer) as world:
        await change(world, await endpoint(world), "gone")
        mortal = fused(world.ledger, fuse)
        handing_in = Fused(mailer, fuse)
        ports = replace(mortal.ports, mailer=handing_in)  # type: ignore[arg-type]
        mortal = replace(mortal, ports=ports, mails=Mails(mortal.repository, pages_url=""))
        try:
            await Life(mortal, world.clock, consumers=rules_of(mortal)).until(NOW + timedelta(hours=1))
        except Crash:
            await Life(world.ledger, world.clock).until(world.clock.now() + timedelta(hours=1))
        return await mail_topics(world), {each.message_id for each in mailer.taken}, fuse


async def test_dying_at_any_step_mails_the_merchant_all_the_same() -> None:
    """OUT-3, CONS-1, CONS-2: it is one mail, though it may be handed in again under its id."""
    topics, _, fuse = await lived_through(NEVER)
    assert topics == ["mail.queued", "mail.sent"]
    assert fuse.burnt > 10
    for step in range(1, fuse.burnt + 1):
        topics, mails, broken = await lived_through(step)
        assert (topics, len(mails)) == (["mail.queued", "mail.sent"], 1), f"died {broken.where}, step {step}"
