"""What tests of running consumers wait for, and a rule that waits for them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from typing_extensions import override

from consumers.consumer import Again, Consumer
from ledger.application.mapper import Envelope
from ledger.application.work import WorkItem
from tests.support.world import World

PAYMENTS = 30


class Open(Consumer):
    """Waits at a gate before it is done with an event."""

    name = "wait_at_the_gate"
    topic = "checkout.opened"

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.begun = 0
        self.ended = 0

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        self.begun += 1
        await self.gate.wait()
        self.ended += 1
        return None


def captured(world: World, count: int) -> Callable[[], Awaitable[bool]]:
    async def all_captured() -> bool:
        return (await world.topics()).count("payment.captured") == count

    return all_captured


def begun(rule: Open) -> Callable[[], Awaitable[bool]]:
    async def it_has() -> bool:
        return rule.begun > 0

    return it_has


def ended(rule: Open) -> Callable[[], Awaitable[bool]]:
    async def it_has() -> bool:
        return rule.ended > 0

    return it_has


def renewed(world: World, held: WorkItem) -> Callable[[], Awaitable[bool]]:
    async def it_is() -> bool:
        now = await world.ledger.ports.work.get(held.item_id)
        return now.lease_until is not None and held.lease_until is not None and now.lease_until > held.lease_until

    return it_is


async def pay(world: World, count: int = PAYMENTS) -> None:
    for number in range(count):
        await world.pay(await world.opened(key=f"order-{number}"), method="pm_card_visa")
