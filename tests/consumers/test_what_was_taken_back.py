"""Mollie and GoCardless only say that something changed: what was taken back of a payment they say when asked."""

import asyncio
from dataclasses import replace
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from consumers.rules import ipn_settlement_of
from ledger.adapters.memory.provider import MemoryProvider
from ledger.application import ids
from ledger.application.dispute_report import DisputeReport
from ledger.application.disputes import TruthOvertaken
from ledger.application.ipn.received import Received
from ledger.application.ipns import endpoint
from ledger.domain.charge import PaymentStatus
from ledger.domain.disputing import DisputeStanding, DisputeStatus
from ledger.domain.ipn import IpnStatus
from ledger.domain.money import Money
from ledger.domain.refunding import RefundStatus
from tests.consumers.life import Life, reference
from tests.consumers.test_other_providers_ipns import opened, settled
from tests.consumers.test_refunds import held, requested
from tests.consumers.test_refunds_of_the_desk import adopted
from tests.support import hook_bodies
from tests.support.hook_bodies import NAMES, Headers, gocardless_event
from tests.support.world import World, opened_world

APPLIED = [IpnStatus.APPLIED]
EVENTS = ("payments.confirmed", "refunds.created", "refunds.paid", "payments.charged_back", "payments.paid_out")


async def paid(world: World, provider: str = "gocardless") -> tuple[UUID, str]:
    """Have a payment made that nobody has told us of; return it, and what the provider calls it."""
    name = {"gocardless": "PM1", "mollie": "tr_1"}[provider]
    _, payment_id = await opened(world, provider, reference=name)
    known = await reference(world, payment_id)
    await world.provider.confirm(known, idempotency_key="k")
    # The provider knows it by two names.
    world.provider._intents[name] = world.provider._intents[known]
    return payment_id, known


def told(number: int, kind: str) -> tuple[bytes, Headers]:
    resources, _, action = kind.partition(".")
    links = {"refund": "PM1"} if resources == "refunds" else {"payment": "PM1"}
    return hook_bodies.gocardless([gocardless_event(number, resource_type=resources, action=action, links=links)])


def desk(world: World, known: str, minor: int = 500) -> str:
    made = world.provider.refunds.make(known, "desk", Money(minor, "EUR"), charged_minor=10**6)
    return getattr(made, "reference", "")


def bank(world: World, known: str, status: DisputeStatus = DisputeStatus.LOST, **changes: Any) -> None:  # noqa: ANN401
    """Have the bank take everything back, or give it back again."""
    # Of what was called off nobody says anything unless asked about it by its name.
    won = status is DisputeStatus.WON
    known = "PM1" if won else known
    standing = DisputeStanding(status, None, 0, is_withdrawn=True, is_reinstated=won)
    report = DisputeReport("PM1", known, 1999, "EUR", "charged_back", standing)
    world.provider.disputes["PM1"] = replace(report, **changes)


async def state(world: World, payment_id: UUID, refund: str) -> tuple[object, ...]:
    payment = await world.ledger.payments.get(payment_id)
    dispute = await world.ledger.disputes.find(payment, "PM1")
    given_back = await adopted(world, payment_id, refund)
    sums = payment.refunds.minor, payment.disputes.lost_minor, payment.overdrawn.minor
    return payment.status, given_back.status, dispute and dispute.status, sums


async def test_one_notification_tells_of_the_payment_and_of_all_that_was_taken_back(world: World, life: Life) -> None:
    """IPN-10, PAY-4, PAY-8: the first that reaches us comes after a refund of ours-to-be and a chargeback."""
    payment_id, known = await paid(world)
    name = desk(world, known)
    bank(world, known, amount_minor=1000)
    assert await settled(world, life, "gocardless", told(1, "payments.charged_back")) == APPLIED
    assert (await adopted(world, payment_id, name)).status is RefundStatus.SUCCEEDED
    payment = await world.ledger.payments.get(payment_id)
    assert (payment.refunds.minor, payment.disputes.lost_minor) == (500, 1000)


async def test_any_order_of_notifications_gives_one_state() -> None:
    """IPN-9, IPN-11: whatever is told, what is asked decides; each is told twice."""
    ends = set()
    for order in permutations(EVENTS):
        async with opened_world() as world:
            life = Life(world.ledger, world.clock)
            payment_id, known = await paid(world)
            name = desk(world, known)
            bank(world, known, amount_minor=1499)
            for kind in (*order, *order):
                await settled(world, life, "gocardless", told(EVENTS.index(kind), kind))
            ends.add(await state(world, payment_id, name))
    assert ends == {(PaymentStatus.CAPTURED, RefundStatus.SUCCEEDED, DisputeStatus.LOST, (500, 1499, 0))}


async def test_our_own_refund_is_told_as_ours(world: World, life: Life) -> None:
    """IPN-10: it is known by the reference of ours that the provider keeps with it."""
    payment_id, _ = await paid(world)
    await settled(world, life, "gocardless", told(1, "payments.confirmed"))
    refund_id = await requested(world, payment_id, minor=500)
    refund = await world.ledger.refunds.get(refund_id)
    await world.provider.refund(dict(refund.terms.parameters), idempotency_key=refund.key)
    assert await settled(world, life, "gocardless", told(2, "refunds.paid")) == APPLIED
    assert (await world.ledger.refunds.get(refund_id)).status is RefundStatus.SUCCEEDED
    await life.work()
    assert await held(world, payment_id) == 500
    assert world.provider.refunds.made[ids.outside("refund", refund_id)] == 1


async def test_a_chargeback_that_is_called_off_gives_the_money_back_and_may_come_again(
    world: World, life: Life
) -> None:
    """PAY-8, IPN-12: each time the provider says so when asked."""
    payment_id, known = await paid(world)
    for number, status in enumerate((DisputeStatus.LOST, DisputeStatus.WON, DisputeStatus.LOST)):
        bank(world, known, status)
        assert await settled(world, life, "gocardless", told(number, "payments.charged_back")) == APPLIED
        payment = await world.ledger.payments.get(payment_id)
        dispute = await world.ledger.disputes.find(payment, "PM1")
        assert dispute is not None
        assert dispute.status is status
        assert payment.disputes.lost_minor == (1999 if status is DisputeStatus.LOST else 0)


async def test_each_change_behind_a_hint_of_mollies_is_one_notification(world: World, life: Life) -> None:
    """IPN-9: what was found becomes part of its key, so that a refund is news and a repetition is none."""
    payment_id, _ = await paid(world, "mollie")
    account = endpoint(world.merchant.organization_id, NAMES["mollie"])
    hint = hook_bodies.mollie_hint("tr_1")

    async def hear() -> bool:
        received = await world.ledger.ipns.receive("mollie", account, *hint)
        assert isinstance(received, Received)
        await life.handle("settle_on_ipn_received", received.ipn_id)
        return received.duplicate

    assert [await hear(), await hear()] == [False, True]
    # Mollie knows the payment by the one name that the hint bears.
    name = desk(world, "tr_1")
    assert [await hear(), await hear()] == [False, True]
    world.provider.refunds.fail(name)
    assert [await hear(), await hear()] == [False, True]
    assert (await world.ledger.payments.get(payment_id)).captured == Money(1999, "EUR")


async def test_what_was_asked_before_something_else_was_recorded_is_asked_again(world: World) -> None:
    """IPN-12: an answer that was overtaken does not undo what came later."""
    payment_id, known = await paid(world)
    await Life(world.ledger, world.clock).work()
    lost = DisputeStanding(DisputeStatus.LOST, None, 0, is_withdrawn=True, is_reinstated=False)
    report = DisputeReport("PM1", known, 1999, "EUR", "charged_back", lost)
    await world.ledger.disputes.apply(payment_id, report, is_the_truth=True, seen=0)
    with pytest.raises(TruthOvertaken):
        await world.ledger.disputes.apply(payment_id, report, is_the_truth=True, seen=0)


async def test_notifications_that_are_settled_at_once_come_to_one_state(world: World, life: Life) -> None:
    """IPN-9: whoever is overtaken asks again."""
    payment_id, known = await paid(world)
    await settled(world, life, "gocardless", told(1, "payments.confirmed"))
    name = desk(world, known)
    bank(world, known, amount_minor=1499)
    account = endpoint(world.merchant.organization_id, NAMES["gocardless"])
    heard = [await world.ledger.ipns.receive("gocardless", account, *told(n, EVENTS[n])) for n in (2, 3, 4)]
    settlement = ipn_settlement_of(world.ledger)

    async def settle(ipn_id: UUID) -> None:
        while True:
            try:
                await settlement.settle(ipn_id)
            except TruthOvertaken:
                continue
            return

    await asyncio.gather(*(settle(each.ipn_id) for each in heard if isinstance(each, Received)))
    payment = await world.ledger.payments.get(payment_id)
    assert (payment.refunds.minor, payment.disputes.lost_minor, payment.overdrawn.minor) == (500, 1499, 0)
    assert (await adopted(world, payment_id, name)).status is RefundStatus.SUCCEEDED


@pytest.mark.parametrize("changes", [{"currency": "USD"}, {"amount_minor": 2000}, {"amount_minor": 0}])
async def test_what_cannot_be_of_this_payment_calls_a_person(
    world: World, life: Life, changes: dict[str, Any]
) -> None:
    """IPN-18."""
    payment_id, known = await paid(world)
    bank(world, known, **changes)
    assert await settled(world, life, "gocardless", told(1, "payments.charged_back")) == [IpnStatus.CONFLICTED]
    assert not (await world.ledger.payments.get(payment_id)).disputes.known


async def test_a_provider_that_does_not_answer_is_asked_again(world: World, life: Life) -> None:
    """CONS-6: nothing is concluded from silence."""
    payment_id, known = await paid(world)
    name = desk(world, known)
    world.provider.key_accepted = False
    account = endpoint(world.merchant.organization_id, NAMES["gocardless"])
    await world.ledger.ipns.receive("gocardless", account, *told(1, "refunds.paid"))
    await life.work()
    world.provider.key_accepted = True
    await life.until(world.clock.now().replace(hour=23))
    assert isinstance(world.provider, MemoryProvider)
    assert (await adopted(world, payment_id, name)).status is RefundStatus.SUCCEEDED
