"""A review closes by itself once its doubt has resolved; what a person closed stays as they closed it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from consumers.close_review_on_fact import COURTESY
from ledger.adapters.memory.mishaps import Mishap
from ledger.application.dead_work import stream_of
from ledger.application.provider import Captured, Declined, RefundSucceeded
from ledger.domain.ipn import Ipn, IpnStatus
from ledger.domain.review import Doubt, Resolution
from ledger.domain.work import Work
from tests.consumers.life import Life, reference, unknown
from tests.consumers.test_paid_twice import paid_twice
from tests.consumers.test_reviews import LONG, answers_again, close, died, reviews, the_review, unknown_for_good
from tests.support.examples import NOTICE, RECEIPT
from tests.support.world import World


async def a_minute_later(world: World, life: Life) -> None:
    await life.until(world.clock.now() + COURTESY + timedelta(seconds=1))


async def the_end(world: World) -> tuple[object, ...]:
    """Return how the only review ended, on what it rests, why, and by whom."""
    (document,) = await reviews(world)
    return tuple(document.body[name] for name in ("status", "resolution", "note", "closed_by"))


async def test_a_payment_that_is_settled_at_last_calls_nobody_any_more(world: World, life: Life) -> None:
    """CONS-6, IPN-10: by whatever tells of it; the rule says why, and moves nothing."""
    payment_id = await unknown_for_good(world, life)
    await the_review(world, Doubt.OUTCOME_UNKNOWN)
    await world.ledger.payments.apply(payment_id, Captured(await reference(world, payment_id), 1999, "EUR"))
    await life.work()
    assert (await the_review(world, Doubt.OUTCOME_UNKNOWN)).is_open
    before = await world.topics()
    await a_minute_later(world, life)
    by = "consumer:close_review_on_payment_captured"
    assert await the_end(world) == ("closed", "settled", "payment.captured is on record since", by)
    assert (await world.topics())[len(before) :] == ["review.closed"]
    assert [each.item_id for each in await life.dead()] == [(await reviews(world))[0].body["work_item"]]


async def test_a_failure_settles_it_too(world: World, life: Life) -> None:
    """CONS-6."""
    payment_id = await unknown_for_good(world, life)
    await world.ledger.payments.apply(payment_id, Declined("card_declined", "Your card was declined."))
    await a_minute_later(world, life)
    assert (await the_end(world))[1:3] == ("settled", "payment.failed is on record since")


async def test_who_closes_it_themselves_comes_first_and_is_not_contradicted(world: World, life: Life) -> None:
    """CONS-6: closing asks the provider, which settles the payment; the words are the person's."""
    payment_id = await unknown_for_good(world, life)
    answers_again(world)
    payment = await world.ledger.payments.get(payment_id)
    await world.provider.confirm(await reference(world, payment_id), idempotency_key=payment.confirm_key)
    assert await close(world, await the_review(world, Doubt.OUTCOME_UNKNOWN)) is Resolution.PROVIDER_ASKED
    await a_minute_later(world, life)
    assert (await the_end(world))[1:3] == ("provider_asked", "their support was asked")
    assert (await world.topics()).count("review.closed") == 1


async def test_a_refund_that_nobody_could_tell_of_is_settled(world: World, life: Life) -> None:
    """CONS-6."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    await life.work()
    lost: Any = {"amount": None, "reason": None, "key": "refund", "body": {}}
    world.provider.mishaps.add("refund", Mishap.LOST_BEFORE, times=50)
    begun = await world.ledger.refunds.request(payment_id, world.merchant, **lost)
    await life.until(world.clock.now() + LONG)
    await the_review(world, Doubt.OUTCOME_UNKNOWN)
    await world.ledger.refunds.apply(begun.stream_id, RefundSucceeded("re_1", 1999, "EUR"))
    await a_minute_later(world, life)
    assert (await the_end(world))[1:3] == ("settled", "refund.succeeded is on record since")


@pytest.mark.parametrize("doubt", [Doubt.IPN_CONFLICTED, Doubt.IPN_UNEXPLAINED])
async def test_a_notification_that_is_heeded_after_all_is_doubted_no_more(
    world: World, life: Life, doubt: Doubt
) -> None:
    """IPN-12: until it contradicts anew."""
    told = Ipn.receive(UUID(int=5), replace(NOTICE, organization_id=world.merchant.organization_id), RECEIPT)
    told.park("payment_unknown")
    told.conflict(UUID(int=6), "x") if doubt is Doubt.IPN_CONFLICTED else told.give_up("payment_unknown")
    await world.ledger.repository.save(told)
    await life.work()
    await the_review(world, doubt)
    await world.ledger.ipns.record(told.id, lambda it: it.apply(UUID(int=6), "captured"))
    await a_minute_later(world, life)
    assert (await the_end(world))[:3] == ("closed", "settled", "ipn.applied is on record since")
    if doubt is Doubt.IPN_CONFLICTED:
        await world.ledger.ipns.record(told.id, lambda it: it.conflict(UUID(int=6), "y"))
        await a_minute_later(world, life)
        assert (await world.ledger.ipns.get(told.id)).status is IpnStatus.CONFLICTED
        assert (await the_review(world, doubt)).is_open


async def test_a_person_is_not_called_for_what_was_resolved_before_they_could_be(world: World, life: Life) -> None:
    """CONS-6: the payment was settled between the end of the asking and the opening of the review."""
    _, payment_id = await unknown(world, life)
    placed = await world.ledger.recorder.select_placed(payment_id)
    (lost,) = [each.position for each in placed if each.event.topic == "payment.outcome_unknown"]
    await world.ledger.payments.apply(payment_id, Captured(await reference(world, payment_id), 1999, "EUR"))
    await a_minute_later(world, life)
    item, queue = f"{lost}:ask_on_outcome_unknown", "payment.outcome_unknown"
    work = Work.bury(
        stream_of(item), item_id=item, queue=queue, stream_id=payment_id, attempts=9, error="outcome_still_unknown: x"
    )
    await world.ledger.repository.save(work)
    await life.work()
    assert (await the_end(world))[:3] == ("closed", "settled", "payment.captured is on record since")


async def test_what_only_a_person_can_weigh_stays_open(world: World, life: Life) -> None:
    """PAY-6, CONS-4: a checkout that was paid twice, whatever else happens to its payments; and work that died."""
    _, first, _ = await paid_twice(world, life)
    await life.work()
    await died(world, life, first, "save_method_on_payment_captured")
    await life.until(world.clock.now() + timedelta(days=1))
    assert {(each.body["reason"], each.body["status"]) for each in await reviews(world)} == {
        ("paid_twice", "open"),
        ("work_dead", "open"),
    }


async def test_a_payment_that_goes_well_makes_no_work_of_it(world: World, life: Life) -> None:
    """CONS-6: nothing for nothing."""
    await world.pay(await world.opened(), method="pm_card_visa")
    await life.work()
    assert [each for each in await life.waiting() if each.consumer.startswith("close_review_on_")] == []
