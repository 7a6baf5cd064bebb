"""Customers: made once per key, seen by their owner."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from ledger.application.checkouts import Begun
from ledger.application.customers import Customers
from ledger.domain.customer import MethodNotSaved, SavedMethod
from ledger.domain.errors import NotFound
from ledger.domain.values import IdempotencyKeyReused, Mode, Personal
from tests.support.world import World

CARD = SavedMethod("pm_1", "acct_1")


@pytest.fixture
def customers(world: World) -> Customers:
    return Customers(world.ledger.repository)


async def _registered(world: World, customers: Customers, email: str = "ada@example.com") -> Begun:
    return await customers.register(world.merchant, email=Personal(email), name=None, key="k", body={"email": email})


async def test_fifty_at_once_with_one_key_make_one_customer(world: World, customers: Customers) -> None:
    """IDEM-9."""
    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(_registered(world, customers)) for _ in range(50)]
    assert len({task.result().stream_id for task in asked}) == 1
    assert await world.topics() == ["customer.created"]


async def test_the_same_key_for_somebody_else_is_refused(world: World, customers: Customers) -> None:
    """IDEM-2."""
    await _registered(world, customers)
    with pytest.raises(IdempotencyKeyReused) as refusal:
        await _registered(world, customers, "grace@example.com")
    assert refusal.value.facts == {"fields": ["email"]}
    assert await world.topics() == ["customer.created"]


async def test_nobody_else_sees_or_changes_a_customer(world: World, customers: Customers) -> None:
    """Another organization, or the same in another mode, finds nothing, and nothing is recorded."""
    customer_id = (await _registered(world, customers)).stream_id
    for stranger in (replace(world.merchant, organization_id=UUID(int=5)), replace(world.merchant, mode=Mode.LIVE)):
        with pytest.raises(NotFound):
            await customers.save_method(customer_id, stranger, CARD)
    assert await world.topics() == ["customer.created"]


async def test_a_method_is_saved_once_and_removed_once(world: World, customers: Customers) -> None:
    """Asking twice changes nothing."""
    customer_id = (await _registered(world, customers)).stream_id
    for _ in range(2):
        await customers.save_method(customer_id, world.merchant, CARD)
    for _ in range(2):
        await customers.remove_method(customer_id, world.merchant, "pm_1")
    assert await world.topics() == ["customer.created", "customer.method_saved", "customer.method_removed"]
    with pytest.raises(MethodNotSaved):
        (await customers.get(customer_id, world.merchant)).method("pm_1")
