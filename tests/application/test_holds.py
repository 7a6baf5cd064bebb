"""Holding, taking and letting go, as far as a provider can: what it cannot is refused before anything is recorded."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

import pytest
from typing_extensions import override

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.provider import MemoryProvider, MemoryProviders
from ledger.application.capabilities import Capabilities
from ledger.application.provider import Authorized, ProviderRefused
from ledger.bootstrap import memory_ports
from ledger.domain.capturing import CaptureUnsupported
from ledger.domain.charge import CaptureMethod, PaymentStatus
from ledger.domain.errors import NotFound
from ledger.domain.money import Money
from ledger.domain.session import Status
from tests.consumers.life import Life
from tests.support.examples import NOW
from tests.support.world import World, opened_world

ALL_AT_ONCE = Capabilities(separate_capture=True)
ONE_PART = Capabilities(separate_capture=True, partial_capture=True)


class Limited(MemoryProvider):
    """A provider that can do less."""

    def __init__(self, able: Capabilities) -> None:
        super().__init__()
        self._able = able

    @property
    @override
    def capabilities(self) -> Capabilities:
        return self._able


@asynccontextmanager
async def world_of(able: Capabilities) -> AsyncIterator[World]:
    clock, provider = SettableClock(NOW), Limited(able)
    async with opened_world(replace(memory_ports(clock), providers=MemoryProviders(provider))) as world:
        yield replace(world, clock=clock, provider=provider)


async def held(world: World) -> UUID:
    checkout_id = await world.opened(capture_method=CaptureMethod.MANUAL)
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    await Life(world.ledger, world.clock).work()
    return payment_id


async def capture(world: World, payment_id: UUID, minor: int | None, *, final: bool = True) -> None:
    await world.ledger.holds.capture(
        payment_id,
        world.merchant,
        amount=None if minor is None else Money(minor, "EUR"),
        final=final,
        key=f"{minor}/{final}",
        body={},
    )


async def test_a_checkout_that_holds_is_refused_where_the_provider_cannot_hold() -> None:
    """PAY-2: and one that takes at once is not."""
    async with world_of(Capabilities()) as world:
        with pytest.raises(CaptureUnsupported):
            await world.opened(capture_method=CaptureMethod.MANUAL)
        assert await world.topics() == []
        await world.opened()


@pytest.mark.parametrize(
    ("able", "minor", "final"), [(ALL_AT_ONCE, 500, True), (ALL_AT_ONCE, 500, False), (ONE_PART, 500, False)]
)
async def test_a_part_that_the_provider_cannot_take_is_refused(
    able: Capabilities,
    minor: int,
    final: bool,  # noqa: FBT001
) -> None:
    """PAY-2."""
    async with world_of(able) as world:
        payment_id = await held(world)
        before = await world.topics()
        with pytest.raises(CaptureUnsupported):
            await capture(world, payment_id, minor, final=final)
        assert await world.topics() == before


@pytest.mark.parametrize(("able", "minor"), [(ALL_AT_ONCE, None), (ALL_AT_ONCE, 1999), (ONE_PART, 500)])
async def test_what_the_provider_can_take_is_taken_and_the_rest_let_go(able: Capabilities, minor: int | None) -> None:
    """PAY-2: without several captures a part is the last."""
    async with world_of(able) as world:
        payment_id = await held(world)
        await capture(world, payment_id, minor)
        await Life(world.ledger, world.clock).work()
        payment = await world.ledger.payments.get(payment_id)
        assert (payment.status, payment.captured.minor) == (PaymentStatus.CAPTURED, minor or 1999)
        assert payment.capturable == Money(0, "EUR")


async def test_a_capture_that_is_refused_leaves_the_hold_as_it_was() -> None:
    """PAY-2: it can be asked for again, under another key."""
    async with world_of(ONE_PART) as world:
        payment_id = await held(world)
        await capture(world, payment_id, 500)
        for _ in range(2):
            await world.ledger.holds.refuse_capture(payment_id, 1, ProviderRefused("Not now."))
        payment = await world.ledger.payments.get(payment_id)
        assert (payment.status, payment.capturable.minor) == (PaymentStatus.AUTHORIZED, 1999)
        assert (await world.topics()).count("payment.capture_failed") == 1
        await capture(world, payment_id, 600)
        assert [order.number for order in (await world.ledger.payments.get(payment_id)).captures.orders] == [1, 2]


async def test_a_hold_of_another_amount_is_no_hold_and_flagged() -> None:
    """PAY-1, IPN-18."""
    async with world_of(ONE_PART) as world:
        checkout_id = await world.opened(capture_method=CaptureMethod.MANUAL)
        payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
        for _ in range(2):
            await world.ledger.payments.apply(payment_id, Authorized("pi_1", 1, "EUR"))
        payment = await world.ledger.payments.get(payment_id)
        assert (payment.status, payment.reported) == (PaymentStatus.INITIATED, Money(1, "EUR"))
        assert (await world.ledger.checkouts.get(checkout_id)).status is Status.PROCESSING
        assert (await world.topics()).count("payment.mismatched") == 1


async def test_after_an_attempt_is_called_off_another_may_be_held() -> None:
    """PAY-2: the first, once asked for 3-D Secure, is let go at the provider."""
    async with world_of(ONE_PART) as world:
        checkout_id = await world.opened(capture_method=CaptureMethod.MANUAL)
        first = (await world.pay(checkout_id, key="one", method="pm_card_three_d_secure")).stream_id
        life = Life(world.ledger, world.clock)
        await life.work()
        await world.ledger.holds.cancel(first, world.merchant, key="off", body={})
        await life.work()
        second = (await world.pay(checkout_id, key="two", method="pm_card_visa")).stream_id
        await life.work()
        found = [(await world.ledger.payments.get(each)).status for each in (first, second)]
        assert found == [PaymentStatus.CANCELLED, PaymentStatus.AUTHORIZED]
        assert (await world.ledger.checkouts.get(checkout_id)).payment_id == second


async def test_nobody_takes_what_is_another_merchants() -> None:
    async with world_of(ONE_PART) as world:
        payment_id = await held(world)
        stranger = replace(world.merchant, organization_id=UUID(int=7))
        with pytest.raises(NotFound):
            await world.ledger.holds.capture(payment_id, stranger, amount=None, final=True, key="k", body={})
        with pytest.raises(NotFound):
            await world.ledger.holds.cancel(payment_id, stranger, key="k", body={})
