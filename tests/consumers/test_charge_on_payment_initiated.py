"""A payment that was initiated is charged once, and ends in what is true of it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from consumers.schedule import Schedule
from ledger.adapters.memory.mishaps import Mishap
from ledger.application.repository import Contended
from ledger.domain.charge import PaymentOutcomeUnknown, PaymentStatus
from ledger.domain.payment import Payment
from ledger.domain.session import Status
from tests.consumers.life import Life, charges, statuses, unknown
from tests.support.world import World

VISA = "pm_card_visa"
CHARGE = "charge_on_payment_initiated"


async def test_a_payment_is_charged_and_its_checkout_completed(world: World, life: Life) -> None:
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method=VISA)).stream_id
    await life.work()
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)
    assert charges(world, payment_id) == 1
    assert (await world.topics())[3:] == [
        "payment.opened",
        "payment.confirm_requested",
        "payment.captured",
        "checkout.completed",
    ]


async def test_what_follows_says_who_did_it_and_because_of_what(world: World, life: Life) -> None:
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method=VISA)).stream_id
    await life.work()
    first, *rest = [
        world.ledger.mapper.to_envelope(event) for event in await world.ledger.recorder.select_events(payment_id)
    ]
    assert {after.context.actor for after in rest} == {"consumer:charge_on_payment_initiated"}
    assert {after.context.causation for after in rest} == {first.event_id}
    assert {after.context.tenant for after in rest} == {world.merchant.organization_id}


async def test_handling_it_again_appends_nothing(world: World, life: Life) -> None:
    """CONS-1, CONS-7."""
    payment_id = (await world.pay(await world.opened(), method=VISA)).stream_id
    await life.work()
    before = await world.topics()
    await life.handle(CHARGE, payment_id)
    assert await world.topics() == before
    assert charges(world, payment_id) == 1


async def test_fifty_handlings_at_once_charge_once(world: World, life: Life) -> None:
    """IDEM-9, CONS-1, CONS-3, CHK-7."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method=VISA)).stream_id
    async with asyncio.TaskGroup() as group:
        for _ in range(50):
            group.create_task(_patiently(lambda: life.handle(CHARGE, payment_id)))
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)
    assert charges(world, payment_id) == 1
    assert (await world.topics()).count("payment.captured") == 1


async def _patiently(handle: Callable[[], Awaitable[None]]) -> None:
    for _ in range(50):
        try:
            return await handle()
        except Contended:
            continue
    raise Contended


async def test_a_decline_gives_the_checkout_back_for_a_new_attempt_under_a_new_key(world: World, life: Life) -> None:
    """IDEM-11."""
    checkout_id = await world.opened()
    declined = (await world.pay(checkout_id, method="pm_card_declined")).stream_id
    await life.work()
    assert await statuses(world, checkout_id, declined) == (PaymentStatus.FAILED, Status.OPEN)
    again = (await world.pay(checkout_id, key="click-2", method=VISA)).stream_id
    await life.work()
    assert await statuses(world, checkout_id, again) == (PaymentStatus.CAPTURED, Status.COMPLETE)
    first, second = await world.ledger.payments.get(declined), await world.ledger.payments.get(again)
    assert {first.open_key, first.confirm_key}.isdisjoint({second.open_key, second.confirm_key})


async def test_parameters_the_provider_refuses_fail_the_payment(world: World, life: Life) -> None:
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_nobody_knows")).stream_id
    await life.work()
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.FAILED, Status.OPEN)
    assert (await world.ledger.payments.get(payment_id)).failure == "provider_refused"
    assert await life.dead() == []


@pytest.mark.parametrize("mishap", list(Mishap))
async def test_an_open_that_got_lost_is_tried_again(world: World, life: Life, mishap: Mishap) -> None:
    """IDEM-11."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method=VISA)).stream_id
    world.provider.mishaps.add("open", mishap)
    await life.until(world.clock.now() + timedelta(minutes=30))
    status, _ = await statuses(world, checkout_id, payment_id)
    # A failure that the provider repeats for ever under its key ends honestly: nothing was charged.
    expected = PaymentStatus.FAILED if mishap is Mishap.FAILED_AFTER else PaymentStatus.CAPTURED
    assert status is expected
    assert charges(world, payment_id) == (expected is PaymentStatus.CAPTURED)


async def test_a_provider_that_stays_away_fails_the_payment_honestly(world: World, life: Life) -> None:
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method=VISA)).stream_id
    world.provider.mishaps.add("open", Mishap.LOST_BEFORE, times=99)
    await life.until(world.clock.now() + timedelta(minutes=30))
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.FAILED, Status.OPEN)
    assert (await world.ledger.payments.get(payment_id)).failure == "provider_unavailable"
    assert (charges(world, payment_id), await life.dead()) == (0, [])


@pytest.mark.parametrize("method", ["pm_lost_before", "pm_lost_after", "pm_busy"])
async def test_a_confirmation_that_got_lost_charges_once(world: World, life: Life, method: str) -> None:
    """CONS-6: a timeout is no failure."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method=method)).stream_id
    await life.until(world.clock.now() + timedelta(minutes=30))
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)
    assert charges(world, payment_id) == 1


async def test_a_charge_nobody_can_tell_about_is_unknown_and_not_failed(world: World, life: Life) -> None:
    """CONS-6, CHK-8, IDEM-11."""
    checkout_id, payment_id = await unknown(world, life)
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.UNKNOWN, Status.PROCESSING)
    with pytest.raises(PaymentOutcomeUnknown):
        await world.pay(checkout_id, key="click-2", method=VISA)


async def test_a_refused_confirmation_withdraws_the_intent_and_fails(world: World, life: Life) -> None:
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method=VISA)).stream_id
    payment = await world.ledger.payments.get(payment_id)
    # The key has been used for something else, so that the provider refuses the confirmation without acting.
    await world.provider.open(dict(payment.charge.parameters), idempotency_key=payment.confirm_key)
    await life.work()
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.FAILED, Status.OPEN)
    assert charges(world, payment_id) == 0


async def test_what_nobody_worked_on_while_its_keys_lived_is_not_charged_any_more(world: World, life: Life) -> None:
    """IDEM-11."""
    payment_id = (await world.pay(await world.opened(), method=VISA)).stream_id
    world.clock.advance(hours=23)
    await life.work()
    assert (await world.ledger.payments.get(payment_id)).failure == "provider_unavailable"
    assert charges(world, payment_id) == 0


async def test_what_was_confirmed_and_left_for_a_day_is_looked_up_and_not_confirmed(world: World, life: Life) -> None:
    """CONS-6, IDEM-11."""
    payment_id = (await world.pay(await world.opened(), method=VISA)).stream_id
    payment = await world.ledger.payments.get(payment_id)
    reference = await world.provider.open(dict(payment.charge.parameters), idempotency_key=payment.open_key)

    def confirming(payment: Payment) -> None:
        payment.open(reference)
        payment.request_confirmation()

    await world.ledger.payments.record(payment_id, confirming)
    world.clock.advance(hours=23)
    await life.work()
    assert (await world.ledger.payments.get(payment_id)).status is PaymentStatus.UNKNOWN
    assert charges(world, payment_id) == 0


def test_a_compressed_schedule_keeps_the_life_of_keys() -> None:
    quick = Schedule().compressed(60)
    assert quick.unknown[0] == timedelta(seconds=5)
    assert quick.key_life == Schedule().key_life
