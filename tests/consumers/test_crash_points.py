"""A process that dies before or after any call to any port leaves nothing that the next one does not finish."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from consumers.run import Consumers
from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.provider import MemoryProvider, MemoryProviders
from ledger.application.checkouts import Checkouts
from ledger.application.holds import Holds
from ledger.application.invoicing.documents import Documents
from ledger.application.organizations import Organizations
from ledger.application.payments import Payments
from ledger.application.refunds import Refunds
from ledger.application.repository import Repository
from ledger.bootstrap import Ledger, memory_ports
from ledger.domain.charge import PaymentStatus
from ledger.domain.session import Status
from tests.consumers.life import Life, charges, statuses
from tests.support.examples import NOW
from tests.support.world import World, opened_world

NEVER = 10**9
LIVE = timedelta(minutes=45)


class Crash(BaseException):
    """The process is gone: nothing of it may do anything any more."""


@dataclass
class Fuse:
    """Burns one step with every call, before and after; at `length` the process is dead, and stays so."""

    length: int = NEVER
    burnt: int = 0
    where: str = ""

    def burn(self, where: str) -> None:
        self.burnt += 1
        if self.burnt >= self.length:
            self.where = self.where or where
            raise Crash(where)


class Fused:
    """A port whose every call burns the fuse, before it is done and after."""

    def __init__(self, port: object, fuse: Fuse) -> None:
        self._port = port
        self._fuse = fuse

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*arguments: object, **named: object) -> object:
            self._fuse.burn(f"before {name}")
            answer = await getattr(self._port, name)(*arguments, **named)
            self._fuse.burn(f"after {name}")
            return answer

        return call


def fused(ledger: Ledger, fuse: Fuse) -> Ledger:
    """Return the ledger as a process of its own has it: the same world, seen through ports that can fail it."""
    recorder: Any = Fused(ledger.recorder, fuse)
    store: Any = Fused(ledger.ports.work, fuse)
    queue: Any = Fused(ledger.ports.queue, fuse)
    repository = Repository(recorder, ledger.mapper)
    return replace(
        ledger,
        ports=replace(ledger.ports, work=store, queue=queue),
        recorder=recorder,
        repository=repository,
        organizations=Organizations(repository),
        checkouts=Checkouts(repository, ledger.ports.providers, ledger.ports.clock),
        payments=Payments(repository, ledger.ports.providers, ledger.taxing, ledger.ports.clock),
        holds=Holds(repository, ledger.ports.providers),
        refunds=Refunds(repository, ledger.ports.providers),
        documents=Documents.of(repository, ledger.ports.clock),
    )


async def lived_through(card: str, crash_at: int) -> tuple[tuple[PaymentStatus, Status, int, list[str]], Fuse]:
    """Pay with `card` while the process dies at step `crash_at`, and let a fresh one go on; return how it ended."""
    fuse = Fuse(crash_at)
    clock, provider = SettableClock(NOW), MemoryProvider(hook=lambda moment, operation: None)
    ports = replace(memory_ports(clock), providers=MemoryProviders(provider))
    async with opened_world(ports) as opened:
        world = replace(opened, clock=clock, provider=provider)
        checkout_id = await world.opened()
        payment_id = (await world.pay(checkout_id, method=card)).stream_id
        provider._hook = lambda moment, operation: fuse.burn(f"{moment} {operation}")
        try:
            await Life(fused(world.ledger, fuse), clock).until(NOW + LIVE)
        except Crash:
            provider._hook = None
            # Long enough for any lease to expire, and not for the checkout.
            await Life(world.ledger, clock).until(max(NOW + LIVE, clock.now() + timedelta(minutes=10)))
        return await _ending(world, checkout_id, payment_id), fuse


async def _ending(world: World, checkout_id: UUID, payment_id: UUID) -> tuple[PaymentStatus, Status, int, list[str]]:
    events = await world.ledger.recorder.select_events(payment_id)
    topics = [event.topic for event in events]
    assert len(topics) == len(set(topics)), "no fact is recorded twice"
    return *await statuses(world, checkout_id, payment_id), charges(world, payment_id), topics


@pytest.mark.parametrize(
    ("card", "ending"),
    [
        ("pm_card_visa", (PaymentStatus.CAPTURED, Status.COMPLETE, 1)),
        ("pm_card_declined", (PaymentStatus.FAILED, Status.OPEN, 0)),
        ("pm_card_three_d_secure", (PaymentStatus.CANCELLED, Status.OPEN, 0)),
        ("pm_lost_before", (PaymentStatus.CAPTURED, Status.COMPLETE, 1)),
        ("pm_lost_after", (PaymentStatus.CAPTURED, Status.COMPLETE, 1)),
        ("pm_lookup_away", (PaymentStatus.CAPTURED, Status.COMPLETE, 1)),
        ("pm_nobody_knows", (PaymentStatus.FAILED, Status.OPEN, 0)),
    ],
)
async def test_dying_at_any_step_changes_nothing_in_the_end(
    card: str, ending: tuple[PaymentStatus, Status, int]
) -> None:
    """CONS-1, CONS-2, IDEM-6, IDEM-11."""
    undisturbed, fuse = await lived_through(card, NEVER)
    assert undisturbed[:3] == ending
    assert fuse.burnt > 30
    for step in range(1, fuse.burnt + 1):
        disturbed, broken = await lived_through(card, step)
        assert disturbed == undisturbed, f"died {broken.where}, step {step}"


async def test_dying_between_the_page_and_its_work_loses_no_work() -> None:
    """CONS-2: nobody but the relay has ever heard of the payment."""
    async with opened_world() as world:
        checkout_id = await world.opened()
        payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
        assert await world.ledger.ports.work.due(now=world.clock.now(), limit=9) == []
        await Life(world.ledger, world.clock).work()
        assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)


async def test_a_late_process_whose_lease_has_passed_on_changes_nothing() -> None:
    """CONS-2, CONS-3: it wakes up after another has done the work."""
    async with opened_world() as world:
        checkout_id = await world.opened()
        payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
        late = Consumers(world.ledger)
        await late.relay.follow()
        (item,) = await world.ledger.ports.work.due(now=world.clock.now(), limit=9)
        lease = timedelta(seconds=90)
        held = await world.ledger.ports.work.claim(item.item_id, now=world.clock.now(), lease=lease)
        assert held is not None
        world.clock.advance(seconds=90)
        await Life(world.ledger, world.clock).work()
        before = await world.topics()
        await late.handling._handle(held)
        assert await world.topics() == before
        assert (await world.ledger.ports.work.get(item.item_id)).fence == held.fence + 1
        assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)
        assert charges(world, payment_id) == 1
