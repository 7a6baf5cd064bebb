"""Holds while processes die: what is taken is taken once, and what is let go is let go, at whichever step."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import pytest

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.provider import MemoryProvider, MemoryProviders
from ledger.bootstrap import memory_ports
from ledger.domain.charge import CaptureMethod, PaymentStatus
from ledger.domain.money import Money
from ledger.domain.session import PaymentStatus as Paid
from tests.consumers.life import Life, charges
from tests.consumers.test_crash_points import LIVE, NEVER, Crash, Fuse, fused
from tests.support.examples import NOW
from tests.support.world import World, opened_world

Ask = Callable[[World, UUID], Awaitable[object]]
Ending = tuple[PaymentStatus, Paid, int, int, list[str]]


async def take_a_part(world: World, payment_id: UUID) -> None:
    await world.ledger.holds.capture(
        payment_id, world.merchant, amount=Money(700, "EUR"), final=True, key="take", body={}
    )


async def take_and_keep_the_rest(world: World, payment_id: UUID) -> None:
    await world.ledger.holds.capture(
        payment_id, world.merchant, amount=Money(700, "EUR"), final=False, key="take", body={}
    )


async def let_go(world: World, payment_id: UUID) -> None:
    await world.ledger.holds.cancel(payment_id, world.merchant, key="off", body={})


async def lived_through(ask: Ask, crash_at: int) -> tuple[Ending, Fuse]:
    """Have money held, `ask`, and die at step `crash_at`; let a fresh process go on, and return how it ended."""
    fuse, clock = Fuse(crash_at), SettableClock(NOW)
    provider = MemoryProvider(hook=lambda moment, operation: None)
    async with opened_world(replace(memory_ports(clock), providers=MemoryProviders(provider))) as opened:
        world = replace(opened, clock=clock, provider=provider)
        checkout_id = await world.opened(capture_method=CaptureMethod.MANUAL)
        payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
        await Life(world.ledger, clock).work()
        await ask(world, payment_id)
        provider._hook = lambda moment, operation: fuse.burn(f"{moment} {operation}")
        try:
            await Life(fused(world.ledger, fuse), clock).until(NOW + LIVE)
        except Crash:
            provider._hook = None
            await Life(world.ledger, clock).until(NOW + 2 * LIVE)
        payment = await world.ledger.payments.get(payment_id)
        checkout = await world.ledger.checkouts.get(checkout_id)
        topics = [event.topic for event in await world.ledger.recorder.select_events(payment_id)]
        taken = payment.captured.minor
        return (payment.status, checkout.payment_status, taken, charges(world, payment_id), topics[4:]), fuse


@pytest.mark.parametrize(
    ("ask", "ending"),
    [
        (
            take_a_part,
            (PaymentStatus.CAPTURED, Paid.PAID, 700, 1, ["payment.capture_requested", "payment.captured"]),
        ),
        (
            take_and_keep_the_rest,
            (
                PaymentStatus.AUTHORIZED,
                Paid.UNPAID,
                700,
                1,
                ["payment.capture_requested", "payment.partially_captured"],
            ),
        ),
        (
            let_go,
            (PaymentStatus.CANCELLED, Paid.UNPAID, 0, 0, ["payment.cancel_requested", "payment.cancelled"]),
        ),
    ],
)
async def test_dying_at_any_step_takes_and_lets_go_once(ask: Ask, ending: Ending) -> None:
    """CONS-1, CONS-2, IDEM-6, IDEM-11, PAY-2."""
    undisturbed, fuse = await lived_through(ask, NEVER)
    assert undisturbed == ending
    assert fuse.burnt > 10
    for step in range(1, fuse.burnt + 1):
        disturbed, broken = await lived_through(ask, step)
        assert disturbed == undisturbed, f"died {broken.where}, step {step}"
