"""Refunds at work: concurrent, interrupted at any step, slow, refused or lost, each is made once or not at all."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.mishaps import Mishap
from ledger.adapters.memory.provider import MemoryProvider, MemoryProviders
from ledger.application import ids
from ledger.application.provider import Captured, RefundCancelled
from ledger.bootstrap import memory_ports
from ledger.domain.money import Money
from ledger.domain.refund import Refund
from ledger.domain.refunding import RefundExceedsCaptured, RefundStatus
from ledger.domain.values import IdempotencyKeyReused
from tests.consumers.life import Life
from tests.consumers.test_crash_points import NEVER, Crash, Fuse, fused
from tests.support.examples import NOW
from tests.support.world import World, opened_world


async def captured(world: World, life: Life) -> UUID:
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    await life.work()
    return payment_id


async def requested(world: World, payment_id: UUID, *, minor: int | None = None, key: str = "refund-1") -> UUID:
    begun = await world.ledger.refunds.request(
        payment_id,
        world.merchant,
        amount=None if minor is None else Money(minor, "EUR"),
        reason=None,
        key=key,
        body={"minor": minor},
    )
    return begun.stream_id


async def held(world: World, payment_id: UUID) -> int:
    return (await world.ledger.payments.get(payment_id)).refunds.minor


def made(world: World, refund_id: UUID) -> int:
    return world.provider.refunds.made[ids.outside("refund", refund_id)]


async def found(world: World, refund_id: UUID) -> Refund:
    return await world.ledger.refunds.get(refund_id)


async def test_fifty_at_once_never_exceed_what_was_captured_and_exactly_the_rest_is_allowed() -> None:
    """PAY-4."""
    async with opened_world() as world:
        life = Life(world.ledger, world.clock)
        payment_id = await captured(world, life)
        asked = (requested(world, payment_id, minor=100, key=f"refund-{number}") for number in range(50))
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert sum(isinstance(answer, UUID) for answer in answers) == 19
        assert sum(isinstance(answer, RefundExceedsCaptured) for answer in answers) == 31
        await requested(world, payment_id, minor=99, key="the rest")
        with pytest.raises(RefundExceedsCaptured):
            await requested(world, payment_id, key="more")
        await life.work()
        assert await held(world, payment_id) == 1999 == sum(world.provider.refunds.given_back.values())


async def test_one_key_makes_one_refund_and_another_body_is_refused() -> None:
    """IDEM-1, IDEM-2, IDEM-9."""
    async with opened_world() as world:
        life = Life(world.ledger, world.clock)
        payment_id = await captured(world, life)
        asked = [await requested(world, payment_id, minor=100)]
        asked += await asyncio.gather(*(requested(world, payment_id, minor=100) for _ in range(20)))
        assert len(set(asked)) == 1
        with pytest.raises(IdempotencyKeyReused):
            await requested(world, payment_id, minor=200)
        await life.work()
        assert (await held(world, payment_id), made(world, asked[0])) == (100, 1)


async def test_a_refusal_gives_the_payment_back_what_was_held() -> None:
    """PAY-5."""
    async with opened_world() as world:
        life = Life(world.ledger, world.clock)
        payment_id = await captured(world, life)
        world.provider.refunds.refusing = 1
        refund_id = await requested(world, payment_id)
        await life.work()
        assert (await found(world, refund_id)).status is RefundStatus.FAILED
        assert await held(world, payment_id) == 0


async def test_a_slow_refund_is_followed_up_until_it_is_known() -> None:
    """CONS-6."""
    async with opened_world() as world:
        life = Life(world.ledger, world.clock)
        payment_id = await captured(world, life)
        world.provider.refunds.pending = 2
        first, second = [await requested(world, payment_id, minor=100, key=key) for key in ("one", "two")]
        await life.work()
        first_reference = (await found(world, first)).reference
        second_reference = (await found(world, second)).reference
        assert first_reference
        assert second_reference
        await life.until(world.clock.now() + timedelta(hours=2))
        world.provider.refunds.settle(first_reference)
        world.provider.refunds.fail(second_reference, outcome=RefundCancelled())
        await life.until(world.clock.now() + timedelta(days=2))
        assert (await found(world, first)).status is RefundStatus.SUCCEEDED
        assert (await found(world, second)).status is RefundStatus.CANCELLED
        assert await held(world, payment_id) == 100


async def test_a_lost_outcome_is_unknown_and_asked_for_under_the_same_key() -> None:
    """CONS-6, IDEM-11."""
    async with opened_world() as world:
        life = Life(world.ledger, world.clock)
        payment_id = await captured(world, life)
        world.provider.mishaps.add("refund", Mishap.LOST_AFTER, times=4)
        refund_id = await requested(world, payment_id)
        await life.until(world.clock.now() + timedelta(minutes=3))
        assert (await found(world, refund_id)).status is RefundStatus.UNKNOWN
        assert await held(world, payment_id) == 1999
        await life.until(world.clock.now() + timedelta(hours=2))
        assert (await found(world, refund_id)).status is RefundStatus.SUCCEEDED
        assert made(world, refund_id) == 1


async def test_an_outcome_nobody_can_tell_is_never_a_failure_and_ends_with_a_person() -> None:
    """CONS-4, CONS-6."""
    async with opened_world() as world:
        life = Life(world.ledger, world.clock)
        payment_id = await captured(world, life)
        world.provider.mishaps.add("refund", Mishap.LOST_BEFORE, times=99)
        refund_id = await requested(world, payment_id)
        await life.until(world.clock.now() + timedelta(days=4))
        assert (await found(world, refund_id)).status is RefundStatus.UNKNOWN
        assert await held(world, payment_id) == 1999
        assert [item.consumer for item in await life.dead()] == ["ask_on_refund_outcome_unknown"]


async def lived_through(crash_at: int) -> tuple[tuple[RefundStatus, int, int, list[str]], Fuse]:
    """Refund while the process dies at step `crash_at`, and let a fresh one go on; return how it ended."""
    fuse, clock = Fuse(crash_at), SettableClock(NOW)
    provider = MemoryProvider(hook=lambda moment, operation: None)
    async with opened_world(replace(memory_ports(clock), providers=MemoryProviders(provider))) as opened:
        world = replace(opened, clock=clock, provider=provider)
        payment_id = await captured(world, Life(world.ledger, clock))
        refund_id = await requested(world, payment_id, minor=500)
        provider._hook = lambda moment, operation: fuse.burn(f"{moment} {operation}")
        try:
            await Life(fused(world.ledger, fuse), clock).until(NOW + timedelta(minutes=45))
        except Crash:
            provider._hook = None
            await Life(world.ledger, clock).until(clock.now() + timedelta(minutes=50))
        topics = [event.topic for event in await world.ledger.recorder.select_events(refund_id)]
        status = (await found(world, refund_id)).status
        return (status, await held(world, payment_id), made(world, refund_id), topics), fuse


async def test_dying_at_any_step_refunds_exactly_once() -> None:
    """CONS-1, CONS-2, IDEM-6, IDEM-11."""
    undisturbed, fuse = await lived_through(NEVER)
    assert undisturbed == (RefundStatus.SUCCEEDED, 500, 1, ["refund.requested", "refund.succeeded"])
    assert fuse.burnt > 10
    for step in range(1, fuse.burnt + 1):
        disturbed, broken = await lived_through(step)
        assert disturbed == undisturbed, f"died {broken.where}, step {step}"


async def test_a_refund_names_what_was_paid_where_that_is_not_what_was_opened() -> None:
    """IPN-20: at some providers only a notification tells under which name the money was taken."""
    async with opened_world() as world:
        life = Life(world.ledger, world.clock)
        checkout_id = await world.opened()
        payment_id = (await world.pay(checkout_id, method="pm_sepa_debit")).stream_id
        await life.work()
        await world.ledger.payments.apply(payment_id, Captured("psp_1", 1999, "EUR"))
        refund = await found(world, await requested(world, payment_id, minor=100))
        assert dict(refund.terms.parameters)["reference"] == "psp_1"
