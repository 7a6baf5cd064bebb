"""Notifications about disputes and refunds: found by what the provider knows, folded forward, never just believed."""

from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from ledger.application import ids
from ledger.application.dispute_report import DisputeReport
from ledger.domain.dispute import Dispute
from ledger.domain.disputing import DisputeStanding, DisputeStatus, PaymentDisputed
from ledger.domain.ipn import IpnStatus
from ledger.domain.refunding import RefundStatus
from tests.consumers.life import Life, reference
from tests.consumers.test_refunds import captured, requested
from tests.consumers.test_settle_on_ipn_received import settled
from tests.support.dispute_ipns import TAKEN, dispute, refund
from tests.support.stripe_ipns import listen, told
from tests.support.world import World, opened_world

CREATED, UPDATED, CLOSED = "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed"
APPLIED = (IpnStatus.APPLIED, None)


@pytest.fixture(autouse=True)
async def listening(world: World) -> None:
    await listen(world.ledger, world)


async def the_dispute(world: World, payment_id: UUID) -> Dispute:
    payment = await world.ledger.payments.get(payment_id)
    found = await world.ledger.disputes.find(payment, "du_1")
    assert found is not None
    return found


async def test_a_dispute_is_found_by_the_intent_that_it_names(world: World, life: Life) -> None:
    """PAY-8 and IPN-20: nothing in it is ours; the provider says which payment it is about."""
    payment_id = await captured(world, life)
    intent = await reference(world, payment_id)
    assert await settled(world, life, told(CREATED, dispute(intent, balance_transactions=TAKEN))) == APPLIED
    it = await the_dispute(world, payment_id)
    assert (it.status, it.withdrawn, it.fee_minor) == (DisputeStatus.NEEDS_RESPONSE, True, 1500)
    with pytest.raises(PaymentDisputed):
        await requested(world, payment_id, minor=100)
    assert await settled(world, life, told(CLOSED, dispute(intent, "won", balance_transactions=TAKEN))) == APPLIED
    assert (await the_dispute(world, payment_id)).status is DisputeStatus.WON
    await requested(world, payment_id, minor=100)


async def test_any_order_of_notifications_comes_to_one_dispute() -> None:
    """IPN-11 with PAY-8: all orders of five, each told twice."""
    told_of: tuple[tuple[str, str, list[dict[str, Any]]], ...] = (
        (CREATED, "needs_response", []),
        ("charge.dispute.funds_withdrawn", "needs_response", TAKEN),
        (UPDATED, "under_review", TAKEN),
        ("charge.dispute.funds_reinstated", "won", TAKEN),
        (CLOSED, "won", TAKEN),
    )
    ends = set()
    for order in list(permutations(told_of))[::8]:
        async with opened_world() as world:
            life = Life(world.ledger, world.clock)
            await listen(world.ledger, world)
            payment_id = await captured(world, life)
            intent = await reference(world, payment_id)
            for kind, status, moves in (*order, *order):
                await settled(world, life, told(kind, dispute(intent, status, balance_transactions=moves)))
            it = await the_dispute(world, payment_id)
            payment = await world.ledger.payments.get(payment_id)
            ends.add((it.status, it.returned, it.fee_minor, payment.disputes.open, payment.disputes.lost_minor))
    assert ends == {(DisputeStatus.WON, True, 1500, frozenset(), 0)}


async def test_a_fee_that_comes_back_with_the_money_is_booked_once(world: World, life: Life) -> None:
    """PAY-8: what Stripe says of the moves that a dispute made."""
    payment_id = await captured(world, life)
    intent = await reference(world, payment_id)
    back = [*TAKEN, {"amount": 1999, "fee": -1500, "reporting_category": "dispute_reversal"}]
    for kind in ("charge.dispute.funds_reinstated", CLOSED):
        assert await settled(world, life, told(kind, dispute(intent, "won", balance_transactions=back))) == APPLIED
    it = await the_dispute(world, payment_id)
    assert (it.status, it.fee_minor, it.fee_returned_minor) == (DisputeStatus.WON, 1500, 1500)


async def test_an_end_that_contradicts_ours_is_what_the_provider_says_when_asked(world: World, life: Life) -> None:
    """IPN-12."""
    payment_id = await captured(world, life)
    intent = await reference(world, payment_id)
    await settled(world, life, told(CLOSED, dispute(intent, "lost", balance_transactions=TAKEN), event_id="evt_1"))
    won = told(CLOSED, dispute(intent, "won", balance_transactions=TAKEN), event_id="evt_2")
    assert await settled(world, life, won) == (IpnStatus.CONFLICTED, "contradicts_record")
    standing = DisputeStanding(DisputeStatus.WON, None, 1500, is_withdrawn=True, is_reinstated=True)
    world.provider.disputes["du_1"] = DisputeReport("du_1", intent, 1999, "EUR", "fraudulent", standing)
    won = told(CLOSED, dispute(intent, "won", balance_transactions=TAKEN), event_id="evt_3")
    assert await settled(world, life, won) == APPLIED
    assert (await the_dispute(world, payment_id)).status is DisputeStatus.WON


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"payment_intent": "pi_of_somebody"}, (IpnStatus.IGNORED, "not_ours")),
        ({"amount": 2000}, (IpnStatus.CONFLICTED, "amount_mismatch")),
        ({"currency": "usd"}, (IpnStatus.CONFLICTED, "amount_mismatch")),
        ({"amount": -1}, (IpnStatus.IGNORED, "type_unknown")),
        ({"amount": "1999"}, (IpnStatus.IGNORED, "type_unknown")),
        ({"status": "on_fire"}, (IpnStatus.IGNORED, "type_unknown")),
        ({"payment_intent": None}, (IpnStatus.IGNORED, "type_unknown")),
    ],
)
async def test_what_cannot_be_of_this_payment_changes_nothing(
    world: World, life: Life, changes: dict[str, Any], outcome: tuple[IpnStatus, str]
) -> None:
    """Bad input: nothing is appended to the payment, and a conflict calls a person."""
    payment_id = await captured(world, life)
    intent = await reference(world, payment_id)
    assert await settled(world, life, told(CREATED, dispute(intent, **changes))) == outcome
    payment = await world.ledger.payments.get(payment_id)
    assert await world.ledger.disputes.find(payment, "du_1") is None
    assert not payment.disputes.open


async def test_a_dispute_that_is_told_before_the_capture_waits_for_it(world: World, life: Life) -> None:
    """IPN-13: parked, and settled when our record is there."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_three_d_secure")).stream_id
    await life.work()
    intent = await reference(world, payment_id)
    raw = told(CREATED, dispute(intent))
    assert (await settled(world, life, raw))[0] is IpnStatus.PARKED
    world.provider.authenticate(intent)
    await life.until(world.clock.now().replace(hour=23))
    assert (await the_dispute(world, payment_id)).status is DisputeStatus.NEEDS_RESPONSE


async def test_a_refund_is_settled_by_its_notification(world: World, life: Life) -> None:
    """IPN-9 and PAY-5: its success, and its failure afterwards, which is asked about first."""
    payment_id = await captured(world, life)
    refund_id = await requested(world, payment_id, minor=500)
    await life.work()
    intent = await reference(world, payment_id)
    ours = ids.outside("refund", refund_id)
    made = (await world.ledger.refunds.get(refund_id)).reference
    again = told("refund.updated", refund(ours, intent, id=made))
    assert await settled(world, life, again) == APPLIED
    assert (await world.ledger.refunds.get(refund_id)).status is RefundStatus.SUCCEEDED
    lie = told("refund.failed", refund(ours, intent, "failed", id=made))
    assert await settled(world, life, lie) == APPLIED
    assert (await world.ledger.refunds.get(refund_id)).status is RefundStatus.SUCCEEDED
