"""The consumers of a running process: quick, bounded, without the queue if need be, and in an orderly end."""

import asyncio
from dataclasses import replace

import pytest

from consumers.pace import Pace
from consumers.run import Consumers
from ledger.adapters.memory.queue import MemoryQueue
from ledger.application.work import WorkState
from ledger.domain.charge import PaymentStatus
from tests.consumers.life import charges, eventually
from tests.consumers.waiting import PAYMENTS, Open, begun, captured, ended, pay, renewed
from tests.support.world import World

PACE = Pace(block_s=0.05, relay_s=0.02, grace_s=5)


def queue_of(world: World) -> MemoryQueue:
    queue = world.ledger.ports.queue
    assert isinstance(queue, MemoryQueue)
    return queue


async def test_payments_are_charged_as_they_come(world: World) -> None:
    async with Consumers(world.ledger, pace=PACE):
        await pay(world)
        await eventually(captured(world, PAYMENTS))
    assert sum(world.provider.charged.values()) == PAYMENTS


async def test_a_slow_item_stays_with_the_process_that_works_on_it(world: World) -> None:
    """CONS-2: a lease is short, so that a dead process is soon replaced, and a living one renews it."""
    slow = Open()
    async with Consumers(world.ledger, [slow], pace=replace(PACE, renew_s=0.02)):
        await world.opened()
        await eventually(begun(slow))
        (held,) = await world.ledger.ports.work.listed(WorkState.LEASED)
        world.clock.advance(seconds=9)
        await eventually(renewed(world, held))
        slow.gate.set()
        await eventually(ended(slow))
    assert (slow.begun, slow.ended) == (1, 1)


async def test_several_processes_share_the_work_and_charge_once(world: World) -> None:
    """CONS-1."""
    async with Consumers(world.ledger, pace=PACE), Consumers(world.ledger, pace=PACE):
        await pay(world)
        await eventually(captured(world, PAYMENTS))
    assert sum(world.provider.charged.values()) == PAYMENTS


async def test_a_lone_payment_does_not_wait_for_the_relay(world: World) -> None:
    async with Consumers(world.ledger, pace=replace(PACE, relay_s=3600, block_s=1)):
        await asyncio.sleep(0)
        await pay(world, 1)
        await eventually(captured(world, 1))


async def test_payments_go_on_without_the_queue(world: World) -> None:
    """IDEM-10."""
    queue_of(world).away = True
    async with Consumers(world.ledger, pace=replace(PACE, in_hand=4)):
        await pay(world)
        await eventually(captured(world, PAYMENTS))
    assert sum(world.provider.charged.values()) == PAYMENTS


async def test_payments_go_on_when_the_queue_goes_away_and_comes_back_empty(world: World) -> None:
    """IDEM-10."""
    queue = queue_of(world)
    async with Consumers(world.ledger, pace=PACE):
        await pay(world, 10)
        queue.away = True
        await pay(world, 20)
        await eventually(captured(world, 20))
        queue.wipe()
        queue.away = False
        await pay(world, 30)
        await eventually(captured(world, 30))
    assert sum(world.provider.charged.values()) == 30


async def test_a_wiped_queue_is_filled_again(world: World) -> None:
    """IDEM-10."""
    queue = queue_of(world)
    await pay(world)
    first = Consumers(world.ledger, pace=PACE)
    await first.relay.follow()
    await first.relay.offer_what_is_due()
    assert await queue.depth("payment.initiated") == PAYMENTS
    queue.wipe()
    async with Consumers(world.ledger, pace=PACE):
        await eventually(captured(world, PAYMENTS))
    assert sum(world.provider.charged.values()) == PAYMENTS


async def test_a_process_takes_a_bounded_number_into_its_hands(world: World) -> None:
    gate = Open()
    async with Consumers(world.ledger, [gate], pace=replace(PACE, in_hand=3)) as consumers:
        for number in range(9):
            await world.opened(key=f"order-{number}")

        async def full() -> bool:
            return gate.begun == 3

        await eventually(full)
        assert consumers.workers.room == 0
        gate.gate.set()

        async def empty() -> bool:
            return gate.ended == 9

        await eventually(empty)


async def test_stopping_finishes_what_is_in_hand(world: World) -> None:
    """CONS-5."""
    gate = Open()
    async with asyncio.TaskGroup() as group, Consumers(world.ledger, [gate], pace=PACE):
        await world.opened()

        async def begun() -> bool:
            return gate.begun == 1

        await eventually(begun)
        group.create_task(_later(gate.gate))
    assert gate.ended == 1
    assert await world.ledger.ports.work.counts() == dict.fromkeys(
        (WorkState.PENDING, WorkState.LEASED, WorkState.DEAD), 0
    )


async def _later(gate: asyncio.Event) -> None:
    await asyncio.sleep(0.1)
    gate.set()


async def test_stopping_hands_back_what_takes_longer_than_the_grace_time(world: World) -> None:
    """CONS-5."""
    gate = Open()
    async with Consumers(world.ledger, [gate], pace=replace(PACE, grace_s=0.05)):
        await world.opened()

        async def begun() -> bool:
            return gate.begun == 1

        await eventually(begun)
    (item,) = await world.ledger.ports.work.due(now=world.clock.now(), limit=9)
    assert (item.state, item.attempts) == (WorkState.PENDING, 0)
    gate.gate.set()
    async with Consumers(world.ledger, [gate], pace=PACE):

        async def ended() -> bool:
            return gate.ended == 1

        await eventually(ended)


async def test_stopping_in_the_middle_of_many_payments_loses_none(world: World) -> None:
    """CONS-5, CONS-2."""
    async with Consumers(world.ledger, pace=replace(PACE, in_hand=2, grace_s=0.01)):
        await pay(world)
    async with Consumers(world.ledger, pace=PACE):
        await eventually(captured(world, PAYMENTS))
    assert sum(world.provider.charged.values()) == PAYMENTS


async def test_an_error_of_the_block_goes_on_as_it_is_after_an_orderly_end(world: World) -> None:
    with pytest.raises(ZeroDivisionError):
        async with Consumers(world.ledger, pace=PACE):
            raise ZeroDivisionError


async def test_a_part_that_fails_ends_the_process(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    consumers = Consumers(world.ledger, pace=PACE)

    async def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(consumers.relay, "follow", fail)
    with pytest.raises(ExceptionGroup) as failed:
        async with consumers:
            await asyncio.sleep(60)
    assert failed.group_contains(ZeroDivisionError)


async def test_the_relay_sees_to_what_other_processes_recorded_and_never_looks_back(world: World) -> None:
    """CONS-2."""
    begun = await world.pay(await world.opened(), method="pm_card_visa")
    async with Consumers(world.ledger, pace=PACE) as consumers:
        await eventually(captured(world, 1))
        world.clock.advance(hours=1)

        async def tracked() -> bool:
            last = await world.ledger.recorder.max_notification_id()
            return await world.ledger.ports.work.tracked("relay") == last

        await eventually(tracked)
        assert consumers.dispatcher.seen_to(10**6) == 10**6
    assert charges(world, begun.stream_id) == 1
    assert (await world.ledger.payments.get(begun.stream_id)).status is PaymentStatus.CAPTURED
