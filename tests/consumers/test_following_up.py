"""What is not known at once is asked after: unknown outcomes, customers who must act, slow money, time that is up."""

from datetime import timedelta

import pytest

from ledger.adapters.memory.mishaps import Mishap
from ledger.domain.charge import PaymentStatus
from ledger.domain.session import PaymentStatus as Paid
from ledger.domain.session import Status
from tests.consumers.life import Life, charges, reference, statuses, unknown
from tests.support.world import World

MINUTE = timedelta(minutes=1)
ASK = "ask_on_outcome_unknown"
HOURS = timedelta(hours=23)


async def test_an_unknown_outcome_is_asked_after_in_five_minutes_and_found(world: World, life: Life) -> None:
    """CONS-6."""
    checkout_id, payment_id = await unknown(world, life)
    lost = world.ledger.mapper.to_envelope((await world.ledger.recorder.select_events(payment_id))[-1])
    assert abs(await life.next_due(ASK) - lost.recorded_at - 5 * MINUTE) < timedelta(milliseconds=1)
    await life.until(world.clock.now() + 6 * MINUTE)
    # Nothing had reached the provider. Within the life of the key the same key confirms.
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)
    assert charges(world, payment_id) == 1


async def test_what_went_through_unseen_is_found_and_not_charged_again(world: World, life: Life) -> None:
    """CONS-6, IDEM-11."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    world.provider.mishaps.add("confirm", Mishap.LOST_AFTER, times=4)
    world.provider.mishaps.add("lookup", Mishap.LOST_BEFORE, times=4)
    await life.until(world.clock.now() + 4 * MINUTE)
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.UNKNOWN, Status.PROCESSING)
    await life.until(world.clock.now() + 6 * MINUTE)
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)
    assert charges(world, payment_id) == 1


async def test_after_its_key_has_died_an_unknown_outcome_is_only_looked_up(world: World, life: Life) -> None:
    """CONS-6: then a person."""
    checkout_id, payment_id = await unknown(world, life)
    world.provider.mishaps.add("lookup", Mishap.LOST_BEFORE, times=2)
    await life.until(world.clock.now() + HOURS)
    world.provider.forget_keys()
    await life.until(world.clock.now() + timedelta(days=5))
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.UNKNOWN, Status.PROCESSING)
    assert charges(world, payment_id) == 0
    (dead,) = await life.dead()
    assert (dead.consumer, (dead.last_error or "").partition(":")[0]) == (ASK, "outcome_still_unknown")
    assert "work.dead" in await world.topics()


async def test_an_outcome_that_is_known_meanwhile_is_not_asked_after(world: World, life: Life) -> None:
    checkout_id, payment_id = await unknown(world, life)
    payment = await world.ledger.payments.get(payment_id)
    outcome = await world.provider.confirm(await reference(world, payment_id), idempotency_key=payment.confirm_key)
    await world.ledger.payments.apply(payment_id, outcome)
    before = await world.topics()
    await life.until(world.clock.now() + 20 * MINUTE)
    assert await world.topics() == before
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)


@pytest.mark.parametrize(
    ("success", "ending"),
    [(True, (PaymentStatus.CAPTURED, Status.COMPLETE)), (False, (PaymentStatus.FAILED, Status.OPEN))],
)
async def test_a_customer_who_acted_is_noticed(
    world: World,
    life: Life,
    success: bool,  # noqa: FBT001
    ending: tuple[PaymentStatus, Status],
) -> None:
    """CONS-8: what the browser and the poller find is applied to the same attempt."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_three_d_secure")).stream_id
    await life.until(world.clock.now() + 3 * MINUTE)
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.ACTION_REQUIRED, Status.PROCESSING)
    world.provider.authenticate(await reference(world, payment_id), success=success)
    await life.until(world.clock.now() + 3 * MINUTE)
    assert await statuses(world, checkout_id, payment_id) == ending
    assert charges(world, payment_id) == success
    assert (await world.topics()).count("payment.initiated") == 1


async def test_a_customer_who_says_they_are_back_need_not_wait(world: World, life: Life) -> None:
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_three_d_secure")).stream_id
    await life.work()
    await life.work()
    world.provider.authenticate(await reference(world, payment_id))
    await life.consumers.hasten(payment_id)
    await life.work()
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)


async def test_a_customer_who_never_comes_back_gets_the_checkout_back_after_half_an_hour(
    world: World, life: Life
) -> None:
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_three_d_secure")).stream_id
    await life.until(world.clock.now() + 29 * MINUTE)
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.ACTION_REQUIRED, Status.PROCESSING)
    await life.until(world.clock.now() + 2 * MINUTE)
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CANCELLED, Status.OPEN)


async def test_the_customer_who_acts_in_the_last_moment_has_paid(world: World, life: Life) -> None:
    """CONS-8."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_three_d_secure")).stream_id
    await life.until(world.clock.now() + 29 * MINUTE)
    world.provider.authenticate(await reference(world, payment_id))
    await life.until(world.clock.now() + 2 * MINUTE)
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)


@pytest.mark.parametrize(("success", "paid"), [(True, Paid.PAID), (False, Paid.UNPAID)])
async def test_slow_money_is_waited_for(world: World, life: Life, success: bool, paid: Paid) -> None:  # noqa: FBT001
    """CHK-4."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_sepa_debit")).stream_id
    await life.until(world.clock.now() + timedelta(hours=7))
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.PENDING, Status.COMPLETE)
    world.provider.settle(await reference(world, payment_id), success=success)
    await life.until(world.clock.now() + timedelta(days=1))
    checkout = await world.ledger.checkouts.get(checkout_id)
    assert (checkout.status, checkout.payment_status) == (Status.COMPLETE, paid)


async def test_money_that_stays_pending_for_ever_calls_a_person(world: World, life: Life) -> None:
    payment_id = (await world.pay(await world.opened(), method="pm_sepa_debit")).stream_id
    await life.until(world.clock.now() + timedelta(days=15))
    assert [item.stream_id for item in await life.dead()] == [payment_id]


async def test_a_checkout_nobody_pays_expires_at_its_time(world: World, life: Life) -> None:
    """CHK-5."""
    checkout_id = await world.opened()
    await life.until(world.clock.now() + 59 * MINUTE)
    assert (await world.ledger.checkouts.get(checkout_id)).status is Status.OPEN
    await life.until(world.clock.now() + 2 * MINUTE)
    assert await world.topics() == ["checkout.opened", "checkout.expired"]


async def test_expiry_is_exact_when_read_though_nobody_has_recorded_it(world: World) -> None:
    """CHK-5."""
    checkout = await world.ledger.checkouts.get(await world.opened())
    assert checkout.status_at(checkout.terms.expires_at - timedelta(microseconds=1)) is Status.OPEN
    assert checkout.status_at(checkout.terms.expires_at) is Status.EXPIRED


async def test_a_checkout_that_is_given_back_after_its_time_expires_at_once(world: World, life: Life) -> None:
    """CHK-5."""
    checkout_id = await world.opened(expires_at=world.clock.now() + 31 * MINUTE)
    await life.until(world.clock.now() + 10 * MINUTE)
    payment_id = (await world.pay(checkout_id, method="pm_card_three_d_secure")).stream_id
    await life.until(world.clock.now() + 45 * MINUTE)
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CANCELLED, Status.EXPIRED)
