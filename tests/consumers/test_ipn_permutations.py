"""However a payment's notifications are ordered and repeated, they come to one state."""

import asyncio
from collections.abc import Sequence
from itertools import permutations
from random import Random
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.rules import ipn_settlement_of
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
