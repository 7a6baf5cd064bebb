"""GoCardless, Mollie and Adyen, each held to the contract of every provider, over HTTP against a stand-in."""

from collections.abc import AsyncIterator

import pytest
from typing_extensions import override

from ledger.application.provider import ProviderRefused, RefundPending, RefundSucceeded
from tests.adapters.contracts.hosted import HostedContract
from tests.adapters.contracts.refunds import PART, RefundContract, parameters_of, refunded
from tests.support.gocardless_stand_in import GoCardlessStandIn
from tests.support.hosted_kinds import Adyen, GoCardless, Mollie
from tests.support.hosted_world import HostedWorld, hosted_world
from tests.support.provider_world import World, trial


class TestMollie(HostedContract, RefundContract):
    """The contract, at Mollie."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[HostedWorld]:
        async with hosted_world(Mollie()) as world:
            yield world


async def test_mollie_knows_no_payment_of_ours_behind_what_it_does_not_know() -> None:
    """IPN-14."""
    async with hosted_world(Mollie()) as world:
        assert await world.adapter.payment_of("tr_nobody") is None
        payment = await trial(world)
        assert await world.adapter.payment_of(await payment.open()) == payment.payment_id


class TestGoCardless(HostedContract, RefundContract):
    """The contract, at GoCardless."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[HostedWorld]:
        async with hosted_world(GoCardless()) as world:
            yield world


async def test_gocardless_gives_back_by_the_payment_too_which_its_notifications_name() -> None:
    """IPN-20."""
    async with hosted_world(GoCardless()) as world:
        payment = await trial(world)
        await payment.pay(await payment.open())
        assert isinstance(world.stand_in, GoCardlessStandIn)
        (taken,) = world.stand_in.things["payments"]
        asked = world.provider.refund_parameters(refund_id="re_1", reference=taken, amount=PART)
        given_back = await refunded(world, asked)
        assert isinstance(given_back, RefundSucceeded)
        assert await world.adapter.payment_of(given_back.reference) == payment.payment_id
        assert await world.adapter.payment_of(taken) == payment.payment_id


class TestAdyen(HostedContract, RefundContract):
    """The contract, at Adyen, which tells what became of a refund by its notifications alone."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[HostedWorld]:
        async with hosted_world(Adyen()) as world:
            yield world

    @override
    async def test_a_refund_gives_back_what_was_asked_for_and_can_be_looked_up(self, world: World) -> None:
        given_back = await refunded(world, await parameters_of(world, PART))
        assert isinstance(given_back, RefundPending)
        assert await world.provider.lookup_refund(given_back.reference) is None

    @override
    async def test_a_refund_nobody_knows_says_nothing(self, world: World) -> None:
        assert await world.provider.lookup_refund("PSP404") is None

    async def test_a_refund_needs_the_payment_and_not_its_link(self, world: World) -> None:
        payment = await trial(world)
        link = await payment.open()
        await payment.pay(link)
        asked = world.provider.refund_parameters(refund_id="re_1", reference=link, amount=PART)
        with pytest.raises(ProviderRefused):
            await world.provider.refund(asked, idempotency_key="re_1:1:refund")
