"""Checkouts: begun once per key, seen by their owner, expired exactly."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.application.context import acting
from ledger.application.organizations import Principal
from ledger.application.provider import Captured
from ledger.domain.errors import NotFound
from ledger.domain.organization import ProviderNotConnected
from ledger.domain.session import CheckoutComplete, CheckoutExpired, Status
from ledger.domain.values import IdempotencyKeyReused, Mode
from tests.support.world import World


async def test_the_same_key_opens_one_checkout(world: World) -> None:
    """IDEM-1."""
    first = await world.ledger.checkouts.open(world.merchant, world.terms(), key="k", body={"amount": 1999})
    again = await world.ledger.checkouts.open(world.merchant, world.terms(), key="k", body={"amount": 1999})
    assert (first.replayed, again.replayed) == (False, True)
    assert first.stream_id == again.stream_id
    assert await world.topics() == ["checkout.opened"]


async def test_the_same_key_for_something_else_is_refused_and_named(world: World) -> None:
    """IDEM-2."""
    await world.opened("k", {"amount": 1999, "currency": "EUR"})
    with pytest.raises(IdempotencyKeyReused) as refusal:
        await world.opened("k", {"amount": 2999, "currency": "EUR"})
    assert refusal.value.facts == {"fields": ["amount"]}
    assert await world.topics() == ["checkout.opened"]


async def test_fifty_at_once_with_one_key_open_one_checkout(world: World) -> None:
    """IDEM-9."""
    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(world.opened("k")) for _ in range(50)]
    assert len({task.result() for task in asked}) == 1
    assert await world.topics() == ["checkout.opened"]


async def test_equal_keys_of_different_callers_never_meet(world: World) -> None:
    """IDEM-7."""
    merchant = world.merchant
    other = await world.ledger.organizations.register("Hats & Co")
    await world.ledger.organizations.connect(
        other, (await world.ledger.organizations.get(merchant.organization_id)).account(Mode.TEST)
    )
    callers = [
        merchant,
        replace(merchant, key_id=merchant.organization_id.hex + "ffffffff"),
        Principal(other, Mode.TEST, other.hex + "00000001"),
    ]
    opened = [
        (await world.ledger.checkouts.open(caller, world.terms(), key="k", body={"amount": 1999})).stream_id
        for caller in callers
    ]
    assert len(set(opened)) == 3


async def test_a_mode_without_a_provider_opens_nothing(world: World) -> None:
    live = replace(world.merchant, mode=Mode.LIVE)
    with pytest.raises(ProviderNotConnected):
        await world.ledger.checkouts.open(live, world.terms(), key="k", body={})
    assert await world.topics() == []


async def test_only_its_owner_sees_a_checkout(world: World) -> None:
    checkout_id = await world.opened()
    assert (await world.ledger.checkouts.get(checkout_id, world.merchant)).id == checkout_id
    for stranger in (
        replace(world.merchant, organization_id=checkout_id),
        replace(world.merchant, mode=Mode.LIVE),
    ):
        with pytest.raises(NotFound):
            await world.ledger.checkouts.get(checkout_id, stranger)
        with pytest.raises(NotFound):
            await world.ledger.checkouts.expire(checkout_id, stranger)


async def test_expiring_and_cancelling_happen_once(world: World) -> None:
    """CHK-2."""
    expiring, cancelling = await world.opened("a"), await world.opened("b")
    for _ in range(2):
        await world.ledger.checkouts.expire(expiring, world.merchant)
        await world.ledger.checkouts.cancel(cancelling, world.merchant)
    assert sorted(await world.topics())[:2] == ["checkout.cancelled", "checkout.expired"]
    assert len(await world.topics()) == 4


async def test_a_complete_checkout_does_not_expire(world: World) -> None:
    """CHK-2."""
    checkout_id = await world.opened()
    payment = await world.pay(checkout_id)
    await world.ledger.payments.apply(payment.stream_id, Captured("pi_1", 1999, "EUR"))
    with pytest.raises(CheckoutComplete):
        await world.ledger.checkouts.expire(checkout_id, world.merchant)


async def test_the_sweeper_expires_what_is_due_and_nothing_else(world: World) -> None:
    """CHK-5: a late sweeper changes nothing about when the checkout stopped being payable."""
    checkout_id = await world.opened()
    await world.ledger.checkouts.expire_if_due(checkout_id)
    assert await world.topics() == ["checkout.opened"]
    world.clock.advance(hours=1)
    with pytest.raises(CheckoutExpired):
        await world.pay(checkout_id)
    world.clock.advance(hours=5)
    for _ in range(2):
        await world.ledger.checkouts.expire_if_due(checkout_id)
    assert await world.topics() == ["checkout.opened", "checkout.expired"]


async def test_the_sweeper_leaves_a_checkout_that_is_being_paid(world: World) -> None:
    checkout_id = await world.opened()
    await world.pay(checkout_id)
    world.clock.advance(hours=2)
    await world.ledger.checkouts.expire_if_due(checkout_id)
    assert (await world.ledger.checkouts.get(checkout_id)).status is Status.PROCESSING


async def test_every_event_knows_its_tenant_and_who_acted(world: World) -> None:
    """EVT-3."""
    with acting(actor="key:test", correlation="req_9"):
        checkout_id = await world.opened(expires_at=world.clock.now() + timedelta(minutes=30))
    (stored,) = await world.ledger.recorder.select_events(checkout_id)
    context = world.ledger.mapper.to_envelope(stored).context
    assert (context.actor, context.correlation, context.tenant) == (
        "key:test",
        "req_9",
        world.merchant.organization_id,
    )
