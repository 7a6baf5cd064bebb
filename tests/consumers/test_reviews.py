"""What cannot be decided here calls a person, once; and nobody's word alone moves money."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from consumers.asking_again import ProviderCannotTell
from consumers.rules import asking_again_of
from ledger.adapters.memory.mishaps import Mishap, Mishaps
from ledger.application.dead_work import DeadWork, stream_of
from ledger.application.provider import Captured, Declined, RefundSucceeded
from ledger.application.views import Document
from ledger.application.work import WorkItem
from ledger.domain.charge import PaymentStatus
from ledger.domain.ipn import Ipn
from ledger.domain.refunding import RefundStatus
from ledger.domain.review import Doubt, Resolution, Review
from ledger.domain.work import Work
from projections.catalogue import REVIEWS
from projections.history import History
from tests.consumers.life import Life, reference, unknown
from tests.consumers.test_paid_twice import paid_twice
from tests.support.examples import NOTICE, RECEIPT
from tests.support.world import World

LONG = timedelta(days=5)


async def reviews(world: World) -> list[Document]:
    """Return all reviews, the oldest first, as people read them."""
    ledger = world.ledger
    history = History(ledger.recorder, ledger.ports.pages, ledger.mapper)
    begun = await ledger.recorder.select_notifications(1, 10_000, topics=["review.opened"])
    folded = [await history.fold(REVIEWS, UUID(str(each.originator_id))) for each in begun]
    return [document for document in folded if document is not None]


async def the_review(world: World, doubt: Doubt) -> Review:
    (document,) = await reviews(world)
    assert (document.body["reason"], document.body["status"]) == (doubt.value, "open")
    assert (document.organization_id, document.mode) == (world.merchant.organization_id, "test")
    return await world.ledger.reviews.get(document.id)


async def unknown_for_good(world: World, life: Life) -> UUID:
    """Pay, and have the provider unable to tell for days."""
    _, payment_id = await unknown(world, life)
    world.provider.mishaps.add("lookup", Mishap.LOST_BEFORE, times=20)
    await life.until(world.clock.now() + LONG)
    return payment_id


def answers_again(world: World) -> None:
    """Let the provider answer from now on."""
    world.provider.mishaps = Mishaps()


async def close(world: World, review: Review, *, stated: bool = False) -> Resolution:
    resolution = await asking_again_of(world.ledger).resolve(review, stated=stated)
    await world.ledger.reviews.close(review.id, resolution, "their support was asked")
    return resolution


async def test_an_outcome_that_nobody_could_tell_for_days_calls_a_person(world: World, life: Life) -> None:
    """CONS-6: then a person."""
    payment_id = await unknown_for_good(world, life)
    review = await the_review(world, Doubt.OUTCOME_UNKNOWN)
    assert (review.terms.kind, review.terms.subject) == ("payment", payment_id)


async def test_closing_asks_the_provider_again_and_follows_what_it_tells(world: World, life: Life) -> None:
    """CONS-6."""
    payment_id = await unknown_for_good(world, life)
    answers_again(world)
    payment = await world.ledger.payments.get(payment_id)
    await world.provider.confirm(await reference(world, payment_id), idempotency_key=payment.confirm_key)
    review = await the_review(world, Doubt.OUTCOME_UNKNOWN)
    assert await close(world, review) is Resolution.PROVIDER_ASKED
    assert (await world.ledger.payments.get(payment_id)).status is PaymentStatus.CAPTURED
    assert (await world.topics())[-1] == "review.closed"


@pytest.mark.parametrize("answers", [False, True])
async def test_where_the_provider_cannot_tell_a_statement_closes_it_and_moves_nothing(
    world: World,
    life: Life,
    answers: bool,  # noqa: FBT001
) -> None:
    """CONS-6: an unknown outcome is never called a failure, and nobody's word calls it a success."""
    payment_id = await unknown_for_good(world, life)
    review = await the_review(world, Doubt.OUTCOME_UNKNOWN)
    if answers:
        answers_again(world)
    before = await world.topics()
    with pytest.raises(ProviderCannotTell):
        await close(world, review)
    assert await world.topics() == before
    assert await close(world, review, stated=True) is Resolution.STATED
    assert (await world.topics())[len(before) :] == ["review.closed"]
    assert (await world.ledger.payments.get(payment_id)).status is PaymentStatus.UNKNOWN


async def test_what_was_found_out_meanwhile_needs_no_statement(world: World, life: Life) -> None:
    payment_id = await unknown_for_good(world, life)
    await world.ledger.payments.apply(payment_id, Declined("card_declined", "Your card was declined."))
    review = await the_review(world, Doubt.OUTCOME_UNKNOWN)
    assert await close(world, review) is Resolution.PROVIDER_ASKED


async def test_work_that_dies_again_opens_its_review_again(world: World, life: Life) -> None:
    """CONS-4."""
    await unknown_for_good(world, life)
    review = await the_review(world, Doubt.OUTCOME_UNKNOWN)
    await close(world, review, stated=True)
    (dead,) = await life.dead()
    await DeadWork(world.ledger.repository, world.ledger.ports.work, world.clock).retry(dead.item_id)
    await life.until(world.clock.now() + LONG)
    (document,) = await reviews(world)
    assert (document.body["status"], document.body["times_raised"]) == ("open", 2)
    assert (document.body["resolution"], document.body["closed_by"]) == (None, None)


async def test_a_refund_that_nobody_can_tell_of_is_never_asked_for_anew(world: World, life: Life) -> None:
    """CONS-6: without the provider's own reference, asking would give the money back once more."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    await life.work()
    world.provider.mishaps.add("refund", Mishap.LOST_BEFORE, times=50)
    begun = await world.ledger.refunds.request(
        payment_id, world.merchant, amount=None, reason=None, key="refund", body={}
    )
    await life.until(world.clock.now() + LONG)
    review = await the_review(world, Doubt.OUTCOME_UNKNOWN)
    assert review.terms.kind == "refund"
    answers_again(world)
    with pytest.raises(ProviderCannotTell):
        await close(world, review)
    assert (await world.ledger.refunds.get(begun.stream_id)).status is RefundStatus.UNKNOWN
    await world.ledger.refunds.apply(begun.stream_id, RefundSucceeded("re_1", 1999, "EUR"))
    assert await close(world, review) is Resolution.PROVIDER_ASKED


async def test_a_checkout_that_was_paid_twice_calls_a_person(world: World, life: Life) -> None:
    """PAY-6, CHK-6."""
    _, first, _ = await paid_twice(world, life)
    await life.work()
    review = await the_review(world, Doubt.PAID_TWICE)
    assert review.terms.subject == first
    assert await close(world, review) is Resolution.LOOKED_INTO


async def test_another_amount_than_was_asked_for_calls_a_person(world: World, life: Life) -> None:
    """IPN-18."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_three_d_secure")).stream_id
    await life.work()
    await world.ledger.payments.apply(payment_id, Captured(await reference(world, payment_id), 1, "EUR"))
    await life.work()
    assert (await the_review(world, Doubt.AMOUNT_DIFFERS)).terms.subject == payment_id


@pytest.mark.parametrize("doubt", [Doubt.IPN_CONFLICTED, Doubt.IPN_UNEXPLAINED])
async def test_what_a_provider_told_and_nobody_can_explain_calls_a_person(
    world: World, life: Life, doubt: Doubt
) -> None:
    """IPN-12: a late event is stored and flagged."""
    notice = replace(NOTICE, organization_id=world.merchant.organization_id)
    told = Ipn.receive(UUID(int=5), notice, RECEIPT)
    told.park("payment_unknown")
    if doubt is Doubt.IPN_CONFLICTED:
        told.conflict(UUID(int=6), "contradicts_provider")
    else:
        told.give_up("payment_unknown")
    await world.ledger.repository.save(told)
    await life.work()
    review = await the_review(world, doubt)
    assert (review.terms.kind, review.terms.subject) == ("ipn", told.id)


async def test_hearing_of_a_doubt_twice_calls_a_person_once(world: World, life: Life) -> None:
    """CONS-1, CONS-2: also after it was closed."""
    _, first, _ = await paid_twice(world, life)
    await life.work()
    await close(world, await the_review(world, Doubt.PAID_TWICE))
    before = await world.topics()
    (late,) = [
        each for each in await world.ledger.recorder.select_placed(first) if each.event.topic == "payment.late"
    ]
    rule = life.consumers.handling._consumers["review_on_payment_late"]
    item = WorkItem.of(
        position=late.position, consumer=rule.name, queue=rule.topic, stream_id=first, due_at=world.clock.now()
    )
    await rule.handle(item, world.ledger.mapper.to_envelope(late.event))
    assert await world.topics() == before


async def died(world: World, life: Life, payment_id: UUID, rule: str) -> None:
    """Have a rule's work about a payment be given up."""
    item = f"2:{rule}"
    work = Work.bury(
        stream_of(item),
        item_id=item,
        queue="payment.initiated",
        stream_id=payment_id,
        attempts=50,
        error="away: x" * 99,
    )
    await world.ledger.repository.save(work)
    await life.work()


async def test_work_about_money_that_died_calls_a_person(world: World, life: Life) -> None:
    """CONS-4."""
    payment_id = (await world.pay(await world.opened())).stream_id
    await died(world, life, payment_id, "charge_on_payment_initiated")
    review = await the_review(world, Doubt.WORK_DEAD)
    assert (review.terms.subject, review.terms.work_item) == (payment_id, "2:charge_on_payment_initiated")


async def test_work_that_only_tells_somebody_calls_nobody(world: World, life: Life) -> None:
    payment_id = (await world.pay(await world.opened())).stream_id
    await died(world, life, payment_id, "notify_on_payment_initiated")
    assert await reviews(world) == []
