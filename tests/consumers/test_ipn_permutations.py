"""However a payment's notifications are ordered and repeated, they come to one state."""

import asyncio
from collections.abc import Sequence
from itertools import permutations
from random import Random
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.rules import ipn_settlement_of
from ledger.domain.charge import CaptureMethod
from ledger.domain.money import Money
from tests.consumers.life import Life
from tests.consumers.test_settle_on_ipn_received import waiting_for_provider
from tests.support.stripe_ipns import about, charge, deliver, intent, listen, told
from tests.support.world import opened_world

KINDS: Final = (
    "payment_intent.created",
    "payment_intent.requires_action",
    "payment_intent.processing",
    "payment_intent.payment_failed",
    "payment_intent.succeeded",
    "charge.succeeded",
    "payment_intent.canceled",
)
TRUTHS: Final = {"pm_card_visa": ("captured", "paid"), "pm_card_declined": ("failed", "unpaid")}
CAPTURABLE: Final = {"amount_capturable": 1999}
LIES: Final = {"pm_card_visa": set[str](), "pm_card_declined": {"payment_intent.succeeded", "charge.succeeded"}}

State = tuple[object, ...]
States = dict[str, State]
seen: dict[str, States] = {"pm_card_visa": {}, "pm_card_declined": {}}


async def _told_in_this_order(ending: str, kinds: Sequence[str]) -> State:
    async with opened_world() as world:
        await listen(world.ledger, world)
        checkout_id, payment_id = await waiting_for_provider(world, ending=ending)
        payment, reference = await about(world, payment_id)
        settlement = ipn_settlement_of(world.ledger)
        for kind in kinds:
            make = charge if kind.startswith("charge") else intent
            received = await deliver(world, told(kind, make(payment, reference)))
            if not received.duplicate:
                await settlement.settle(received.ipn_id)
        after, checkout = await world.ledger.payments.get(payment_id), await world.ledger.checkouts.get(checkout_id)
        return after.status.value, checkout.payment_status.value, checkout.status.value, after.late


@given(
    ending=st.sampled_from(sorted(TRUTHS)),
    order=st.permutations(KINDS),
    repeated=st.lists(st.sampled_from(KINDS), max_size=4),
)
@settings(max_examples=500, deadline=None)
def test_any_permutation_of_notifications_gives_one_state(ending: str, order: list[str], repeated: list[str]) -> None:
    """IPN-9, IPN-11, IPN-12."""
    kinds = [kind for kind in [*order, *repeated] if kind not in LIES[ending]]
    state = asyncio.run(_told_in_this_order(ending, kinds))
    assert state[:2] == TRUTHS[ending]
    seen[ending][repr(state)] = state
    assert len(seen[ending]) == 1, seen[ending]


def test_five_hundred_different_orders_give_one_state() -> None:
    """IPN-11: no two of these are the same."""
    orders = Random(7).sample(list(permutations(KINDS)), 500)  # noqa: S311 - any five hundred will do
    with asyncio.Runner() as runner:
        states = {runner.run(_told_in_this_order("pm_card_visa", order)) for order in orders}
    assert len(states) == 1


HELD_KINDS: Final = (
    "payment_intent.created",
    "payment_intent.amount_capturable_updated",
    "charge.succeeded",
    "payment_intent.processing",
    "payment_intent.succeeded",
    "payment_intent.canceled",
)
# What each truth makes impossible to be told: a provider that let go has taken nothing.
HELD_TRUTHS: Final = {
    "taken": (("captured", 700, "paid", "complete", False), set[str]()),
    "let_go": (("cancelled", 0, "unpaid", "complete", False), {"payment_intent.succeeded"}),
}


async def _told_of_a_hold(truth: str, kinds: Sequence[str]) -> State:
    """Have money held and then taken in part, or let go, where nobody of us looks; tell of it in this order."""
    async with opened_world() as world:
        await listen(world.ledger, world)
        checkout_id = await world.opened(capture_method=CaptureMethod.MANUAL)
        payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
        await Life(world.ledger, world.clock).work()
        payment, name = await about(world, payment_id)
        if truth == "taken":
            await world.provider.capture(name, Money(700, "EUR"), final=True, idempotency_key="dashboard")
        else:
            world.provider.lapse(name)
        settlement = ipn_settlement_of(world.ledger)
        for kind in kinds:
            held = charge(payment, name, captured=False, amount_captured=0)
            received = 700 if kind.endswith("succeeded") else 0
            it = held if kind.startswith("charge") else intent(payment, name, amount_received=received, **CAPTURABLE)
            notified = await deliver(world, told(kind, it))
            if not notified.duplicate:
                await settlement.settle(notified.ipn_id)
        after, checkout = await world.ledger.payments.get(payment_id), await world.ledger.checkouts.get(checkout_id)
        paid, status = checkout.payment_status.value, checkout.status.value
        return after.status.value, after.captured.minor, paid, status, after.late


@given(truth=st.sampled_from(sorted(HELD_TRUTHS)), order=st.permutations(HELD_KINDS))
@settings(max_examples=200, deadline=None)
def test_any_permutation_of_what_is_told_of_a_hold_gives_one_state(truth: str, order: list[str]) -> None:
    """IPN-11, IPN-12, PAY-1."""
    expected, impossible = HELD_TRUTHS[truth]
    state = asyncio.run(_told_of_a_hold(truth, [kind for kind in order if kind not in impossible]))
    assert state == expected
