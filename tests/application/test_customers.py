"""Customers: made once per key, seen by their owner."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from ledger.application.checkouts import Begun
from ledger.application.customers import Person
from ledger.domain.customer import CustomerUnknown, MethodNotSaved
from ledger.domain.errors import NotFound
from ledger.domain.values import IdempotencyKeyReused, Mode, Personal
from tests.support.world import World


async def _registered(world: World, email: str = "ada@example.com") -> Begun:
    person = Person(Personal(email), None)
    return await world.ledger.customers.register(world.merchant, person, key="k", body={"email": email})


async def test_fifty_at_once_with_one_key_make_one_customer(world: World) -> None:
    """IDEM-9."""
    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(_registered(world)) for _ in range(50)]
    assert len({task.result().stream_id for task in asked}) == 1
    assert await world.topics() == ["customer.created"]


async def test_the_same_key_for_somebody_else_is_refused(world: World) -> None:
    """IDEM-2."""
    await _registered(world)
    with pytest.raises(IdempotencyKeyReused) as refusal:
        await _registered(world, "grace@example.com")
    assert refusal.value.facts == {"fields": ["email"]}
    assert await world.topics() == ["customer.created"]


async def test_nobody_else_sees_or_changes_a_customer(world: World) -> None:
    """Another organization, or the same in another mode, finds nothing, and nothing is recorded."""
    customer_id = (await _registered(world)).stream_id
    for stranger in (replace(world.merchant, organization_id=UUID(int=5)), replace(world.merchant, mode=Mode.LIVE)):
        with pytest.raises(NotFound):
            await world.ledger.customers.remove_method(customer_id, stranger, UUID(int=1))
    with pytest.raises(MethodNotSaved):
        await world.ledger.customers.remove_method(customer_id, world.merchant, UUID(int=1))
    assert await world.topics() == ["customer.created"]


async def test_a_checkout_for_a_customer_nobody_knows_is_refused(world: World) -> None:
    """Nothing is appended."""
    with pytest.raises(CustomerUnknown):
        await world.opened(customer_id=UUID(int=9), save_payment_method=True)
    assert await world.topics() == []
