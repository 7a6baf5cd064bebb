"""One process's consumers driven by hand, a step at a time, so that a test decides what happens when."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from consumers.consumer import Consumer
from consumers.pace import Pace
from consumers.rules import rules_of
from consumers.run import Consumers
from consumers.schedule import Schedule
from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.mishaps import Mishap
from ledger.application import ids
from ledger.application.work import WorkItem, WorkState
from ledger.bootstrap import Ledger
from ledger.domain.charge import PaymentStatus
from ledger.domain.session import Status
from tests.support.world import World

PATIENT_S = 20.0


class Life:
    """A process that works when it is told to, on a clock that moves when it is told to."""

    def __init__(
        self,
        ledger: Ledger,
        clock: SettableClock,
        *,
        consumers: Sequence[Consumer] | None = None,
        pace: Pace | None = None,
        schedule: Schedule | None = None,
    ) -> None:
        self.ledger = ledger
        self.clock = clock
        self.consumers = Consumers(ledger, consumers or rules_of(ledger, schedule), pace=pace)

    async def work(self) -> None:
        """Do all that is due now, and what is due at once because of it."""
        while await self.work_once():
            pass

    async def work_once(self) -> int:
        """Do all that is due now; return how many items came out of the queue."""
        await self.consumers.relay.follow()
        await self.consumers.relay.offer_what_is_due()
        done = 0
        for topic in self.consumers.dispatcher.topics:
            while await self.ledger.ports.queue.depth(topic):
                taken = await self.ledger.ports.queue.take([topic], limit=1, timeout_s=1)
                await self.consumers.handling.work(taken[0])
                done += 1
        return done

    async def until(self, moment: datetime) -> None:
        """Work on until `moment`, jumping from one due time to the next."""
        for _ in range(1000):
            await self.work()
            coming = [item.due_at for item in await self.waiting() if item.due_at > self.clock.now()]
            coming += [item.lease_until for item in await self.leased() if item.lease_until is not None]
            if not coming or min(coming) > moment:
                self.clock.set(max(moment, self.clock.now()))
                return
            self.clock.set(max(min(coming), self.clock.now()))
        raise AssertionError("it never comes to an end")

    async def handle(self, consumer: str, stream_id: UUID) -> None:
        """Have a rule handle the first event of a stream, whatever became of the item."""
        rule = self.consumers.handling._consumers[consumer]
        placed = (await self.ledger.recorder.select_placed(stream_id))[0]
        item = WorkItem.of(
            position=placed.position,
            consumer=consumer,
            queue=rule.topic,
            stream_id=stream_id,
            due_at=self.clock.now(),
        )
        await rule.handle(item, self.ledger.mapper.to_envelope(placed.event))

    async def waiting(self) -> list[WorkItem]:
        """Return what waits."""
        return await self.ledger.ports.work.listed(WorkState.PENDING)

    async def leased(self) -> list[WorkItem]:
        """Return what is claimed."""
        return await self.ledger.ports.work.listed(WorkState.LEASED)

    async def dead(self) -> list[WorkItem]:
        """Return what was given up."""
        return await self.ledger.ports.work.listed(WorkState.DEAD)

    async def next_due(self, consumer: str) -> datetime:
        """Return when the one waiting item of a rule is due."""
        return next(item.due_at for item in await self.waiting() if item.consumer == consumer)


async def statuses(world: World, checkout_id: UUID, payment_id: UUID) -> tuple[PaymentStatus, Status]:
    """Return where a payment and its checkout stand."""
    payment = await world.ledger.payments.get(payment_id)
    checkout = await world.ledger.checkouts.get(checkout_id)
    return payment.status, checkout.status


def charges(world: World, payment_id: UUID) -> int:
    """Return how many times the customer of a payment was charged."""
    return world.provider.charges(ids.outside("payment", payment_id))


async def reference(world: World, payment_id: UUID) -> str:
    """Return the provider's reference of a payment."""
    found = (await world.ledger.payments.get(payment_id)).reference
    assert found is not None
    return found


async def unknown(world: World, life: Life) -> tuple[UUID, UUID]:
    """Pay, and lose every answer to the confirmation until the outcome is unknown; return checkout and payment."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    world.provider.mishaps.add("confirm", Mishap.LOST_BEFORE, times=4)
    await life.until(world.clock.now() + timedelta(minutes=4))
    return checkout_id, payment_id


async def eventually(so: Callable[[], Awaitable[bool]]) -> None:
    """Wait until it is so; fail if that takes too long."""
    async with asyncio.timeout(PATIENT_S):
        while not await so():  # noqa: ASYNC110 - what is waited for lies in a server
            await asyncio.sleep(0.01)
