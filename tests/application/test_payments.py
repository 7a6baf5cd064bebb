"""Payments: begun once per key, one at a time per checkout, and settled in one append."""

import asyncio
from uuid import UUID

import pytest
from eventsourcing.persistence import IntegrityError

from ledger.application.checkouts import Begun
from ledger.application.provider import (
    ActionRequired,
    Cancelled,
    Captured,
    Declined,
    Outcome,
    Pending,
    Unconfirmed,
)
from ledger.application.repository import Contended, deciding
from ledger.domain.charge import PaymentOutcomeUnknown, PaymentStatus
from ledger.domain.checkout import Checkout
from ledger.domain.errors import NotFound
from ledger.domain.session import CheckoutNotOpen, CheckoutProcessing, Status
from ledger.domain.session import PaymentStatus as Paid
from ledger.domain.values import IdempotencyKeyReused
from tests.support.world import World

TAKEN = Captured("pi_1", 1999, "EUR")


async def _begun(world: World) -> tuple[UUID, UUID]:
    checkout_id = await world.opened()
    return checkout_id, (await world.pay(checkout_id)).stream_id


async def _checkout(world: World, checkout_id: UUID) -> Checkout:
    return await world.ledger.checkouts.get(checkout_id)


async def test_paying_records_the_payment_and_the_checkout_together(world: World) -> None:
    """CONS-7: the key travels in the first event."""
    checkout_id, payment_id = await _begun(world)
    assert await world.topics() == ["checkout.opened", "payment.initiated", "checkout.processing"]
    last = await world.ledger.ports.pages.last()
    assert last is not None
    assert [entry.topic for entry in last.events] == ["payment.initiated", "checkout.processing"]
    payment = await world.ledger.payments.get(payment_id)
    assert payment.request.key == "click-1"
    assert payment.charge.checkout_id == checkout_id


async def test_a_double_click_is_one_payment(world: World) -> None:
    """CHK-7, IDEM-1."""
    checkout_id = await world.opened()
    first, second = await world.pay(checkout_id), await world.pay(checkout_id)
    assert (first.stream_id, second.replayed) == (second.stream_id, True)
    assert len(await world.topics()) == 3


async def test_fifty_clicks_at_once_are_one_payment(world: World) -> None:
    """IDEM-9."""
    checkout_id = await world.opened()
    async with asyncio.TaskGroup() as tasks:
        clicks = [tasks.create_task(world.pay(checkout_id)) for _ in range(50)]
    assert len({click.result().stream_id for click in clicks}) == 1
    assert len(await world.topics()) == 3


async def test_fifty_tabs_with_their_own_keys_are_one_payment(world: World) -> None:
    """CHK-7."""
    checkout_id = await world.opened()

    async def tab(number: int) -> Begun | None:
        try:
            return await world.pay(checkout_id, key=f"tab-{number}")
        except CheckoutProcessing:
            return None

    async with asyncio.TaskGroup() as tasks:
        tabs = [tasks.create_task(tab(number)) for number in range(50)]
    assert len([one for one in tabs if one.result()]) == 1
    assert len(await world.topics()) == 3


async def test_the_key_cannot_be_used_for_another_method(world: World) -> None:
    """IDEM-2."""
    checkout_id, _ = await _begun(world)
    with pytest.raises(IdempotencyKeyReused):
        await world.pay(checkout_id, method="pm_other")
    assert len(await world.topics()) == 3


async def test_an_unknown_checkout_cannot_be_paid(world: World) -> None:
    with pytest.raises(NotFound):
        await world.pay(UUID(int=5))
    assert await world.topics() == []


async def test_settlement_is_one_append_over_both_streams(world: World) -> None:
    checkout_id, payment_id = await _begun(world)
    payment = await world.ledger.payments.apply(payment_id, TAKEN)
    assert payment.status is PaymentStatus.CAPTURED
    last = await world.ledger.ports.pages.last()
    assert last is not None
    assert [entry.topic for entry in last.events] == ["payment.captured", "checkout.completed"]
    checkout = await _checkout(world, checkout_id)
    assert (checkout.status, checkout.payment_status) == (Status.COMPLETE, Paid.PAID)


async def test_the_same_outcome_fifty_times_at_once_settles_once(world: World) -> None:
    """CONS-1, CONS-3, CONS-7."""
    _, payment_id = await _begun(world)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(50):
            tasks.create_task(world.ledger.payments.apply(payment_id, TAKEN))
    assert (await world.topics()).count("payment.captured") == 1
    assert (await world.topics()).count("checkout.completed") == 1


@pytest.mark.parametrize("outcome", [Declined("card_declined", "No."), Cancelled()])
async def test_what_came_to_nothing_reopens_the_checkout_for_a_new_key(world: World, outcome: Outcome) -> None:
    """IDEM-11, IDEM-5: after a known decline a new try is a new payment with new keys."""
    checkout_id, payment_id = await _begun(world)
    await world.ledger.payments.apply(payment_id, outcome)
    assert (await _checkout(world, checkout_id)).status is Status.OPEN
    again = await world.pay(checkout_id)
    assert (again.stream_id, again.replayed) == (payment_id, True)
    second = await world.pay(checkout_id, key="click-2")
    one, other = [await world.ledger.payments.get(p) for p in (payment_id, second.stream_id)]
    assert one.confirm_key != other.confirm_key


async def test_an_unknown_outcome_blocks_a_second_try_until_it_is_known(world: World) -> None:
    """IDEM-11, CONS-6."""
    checkout_id, payment_id = await _begun(world)
    await world.ledger.payments.record(payment_id, lambda p: p.lose_sight("the provider did not answer"))
    with pytest.raises(PaymentOutcomeUnknown):
        await world.pay(checkout_id, key="click-2")
    await world.ledger.payments.apply(payment_id, Declined("card_declined", "No."))
    assert (await world.pay(checkout_id, key="click-2")).replayed is False


async def test_an_action_leaves_the_checkout_processing(world: World) -> None:
    checkout_id, payment_id = await _begun(world)
    await world.ledger.payments.apply(payment_id, ActionRequired("three_d_secure", "secret"))
    assert (await _checkout(world, checkout_id)).status is Status.PROCESSING
    stored = await world.ledger.recorder.select_events(payment_id)
    assert all(b"secret" not in event.state for event in stored)


async def test_slow_money_completes_unpaid_then_paid(world: World) -> None:
    """CHK-4."""
    checkout_id, payment_id = await _begun(world)
    await world.ledger.payments.apply(payment_id, Pending())
    checkout = await _checkout(world, checkout_id)
    assert (checkout.status, checkout.payment_status) == (Status.COMPLETE, Paid.UNPAID)
    with pytest.raises(CheckoutNotOpen):
        await world.pay(checkout_id, key="click-2")
    await world.ledger.payments.apply(payment_id, TAKEN)
    assert (await _checkout(world, checkout_id)).payment_status is Paid.PAID


async def test_an_unconfirmed_intent_changes_nothing(world: World) -> None:
    _, payment_id = await _begun(world)
    await world.ledger.payments.apply(payment_id, Unconfirmed())
    assert len(await world.topics()) == 3


async def test_money_that_comes_after_expiry_is_recorded_as_late(world: World) -> None:
    """CHK-6."""
    checkout_id, payment_id = await _begun(world)
    await world.ledger.payments.apply(payment_id, Declined("gave_up", "No answer."))
    world.clock.advance(hours=2)
    await world.ledger.checkouts.expire_if_due(checkout_id)
    payment = await world.ledger.payments.apply(payment_id, TAKEN)
    assert payment.late
    assert (await world.topics())[-2:] == ["payment.captured", "payment.late"]
    assert (await _checkout(world, checkout_id)).payment_status is Paid.UNPAID
    await world.ledger.payments.apply(payment_id, TAKEN)
    assert (await world.topics()).count("payment.late") == 1


async def test_another_amount_settles_nothing(world: World) -> None:
    checkout_id, payment_id = await _begun(world)
    await world.ledger.payments.apply(payment_id, Captured("pi_1", 1, "EUR"))
    assert (await world.topics())[-1] == "payment.mismatched"
    assert (await _checkout(world, checkout_id)).status is Status.PROCESSING


async def test_a_late_failure_never_downgrades_a_success(world: World) -> None:
    """CONS-8."""
    checkout_id, payment_id = await _begun(world)
    await world.ledger.payments.apply(payment_id, TAKEN)
    before = await world.topics()
    for outcome in (Declined("card_declined", "No."), Cancelled(), Pending(), ActionRequired("x", "y")):
        await world.ledger.payments.apply(payment_id, outcome)
    assert await world.topics() == before
    assert (await _checkout(world, checkout_id)).payment_status is Paid.PAID


async def test_a_decision_that_always_comes_second_gives_up_in_the_end() -> None:
    """CONS-3."""
    tries = 0

    async def decide() -> None:
        nonlocal tries
        tries += 1
        raise IntegrityError

    with pytest.raises(Contended):
        await deciding(decide)
    assert tries == 8


async def test_a_payment_that_may_have_been_charged_is_not_given_up(world: World) -> None:
    """CONS-6."""
    checkout_id, payment_id = await _begun(world)
    await world.ledger.payments.record(payment_id, lambda p: p.open("pi_1"))
    await world.ledger.payments.record(payment_id, lambda p: p.request_confirmation())
    before = await world.topics()
    await world.ledger.payments.give_up(payment_id, code="provider_unavailable", message="No.")
    assert await world.topics() == before
    assert (await _checkout(world, checkout_id)).status is Status.PROCESSING
