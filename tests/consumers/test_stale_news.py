"""News that is told twice, or after the fact: of holds, of slow payments, and of what was taken meanwhile."""

from uuid import UUID

import pytest

from ledger.application.provider import Authorized, Cancelled, Declined, Outcome, Pending
from ledger.domain.charge import CaptureMethod, PaymentStatus
from ledger.domain.ipn import IpnStatus
from ledger.domain.money import Money
from ledger.domain.session import PaymentStatus as Paid
from ledger.domain.session import Status
from tests.consumers.life import Life, reference, statuses
from tests.support.stripe_ipns import about, charge, deliver, intent, listen, told
from tests.support.world import World


async def held(world: World, life: Life) -> tuple[UUID, UUID]:
    """Have 19.99 EUR held; return checkout and payment."""
    checkout_id = await world.opened(capture_method=CaptureMethod.MANUAL)
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    await life.work()
    return checkout_id, payment_id


async def ask_for(world: World, payment_id: UUID, minor: int) -> None:
    await world.ledger.holds.capture(
        payment_id, world.merchant, amount=Money(minor, "EUR"), final=True, key="take", body={}
    )


async def settled(world: World, life: Life, raw: bytes) -> IpnStatus:
    received = await deliver(world, raw)
    await life.handle("settle_on_ipn_received", received.ipn_id)
    return (await world.ledger.ipns.get(received.ipn_id)).status


@pytest.mark.parametrize("news", [Cancelled(), Declined("card_declined", "No.")])
async def test_a_hold_that_came_to_nothing_is_told_of_once(world: World, life: Life, news: Outcome) -> None:
    """CONS-1, PAY-1: a lapse that is heard of from two sides is one event of the payment and one of the session."""
    _, payment_id = await held(world, life)
    for _ in range(3):
        await world.ledger.payments.apply(payment_id, news)
    topics = await world.topics()
    assert topics.count("checkout.async_failed") == 1
    assert topics.count("payment.cancelled") + topics.count("payment.failed") == 1


@pytest.mark.parametrize("late", ["pending", "authorized"])
async def test_old_news_of_a_declined_payment_does_not_end_its_checkout(world: World, life: Life, late: str) -> None:
    """PAY-1: the customer may still pay with another card."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_declined")).stream_id
    await life.work()
    name = await reference(world, payment_id)
    await world.ledger.payments.apply(payment_id, Pending() if late == "pending" else Authorized(name, 1999, "EUR"))
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.FAILED, Status.OPEN)


async def test_a_capture_that_a_notification_tells_of_first_is_recorded_once(world: World, life: Life) -> None:
    """IPN-10, PAY-2: the provider is quicker than its own answer."""
    await listen(world.ledger, world)
    checkout_id, payment_id = await held(world, life)
    payment, name = await about(world, payment_id)
    await ask_for(world, payment_id, 700)
    taken = intent(payment, name, amount_received=700)
    assert await settled(world, life, told("payment_intent.succeeded", taken)) is IpnStatus.APPLIED
    await life.work()
    found = await world.ledger.payments.get(payment_id)
    assert (found.status, found.captured) == (PaymentStatus.CAPTURED, Money(700, "EUR"))
    assert (await world.topics()).count("payment.captured") == 1
    assert (await world.ledger.checkouts.get(checkout_id)).payment_status is Paid.PAID


async def test_a_charge_that_is_only_held_is_no_success_and_an_old_hold_changes_nothing(
    world: World, life: Life
) -> None:
    """IPN-12, PAY-1."""
    await listen(world.ledger, world)
    _, payment_id = await held(world, life)
    payment, name = await about(world, payment_id)
    only_held = charge(payment, name, captured=False, amount_captured=0)
    assert await settled(world, life, told("charge.succeeded", only_held)) is IpnStatus.IGNORED
    assert (await world.ledger.payments.get(payment_id)).status is PaymentStatus.AUTHORIZED
    await ask_for(world, payment_id, 700)
    old = intent(payment, name, amount_capturable=1999, amount_received=0)
    assert await settled(world, life, told("payment_intent.amount_capturable_updated", old)) is IpnStatus.APPLIED
    await life.work()
    assert (await world.ledger.payments.get(payment_id)).captured == Money(700, "EUR")


async def test_a_lapse_that_a_notification_tells_of_is_asked_about_before_it_is_believed(
    world: World, life: Life
) -> None:
    """IPN-11: bad news of a hold that still stands is a conflict; of one that lapsed it is followed."""
    await listen(world.ledger, world)
    checkout_id, payment_id = await held(world, life)
    payment, name = await about(world, payment_id)
    lapsed = intent(payment, name, amount_received=0)
    first = await settled(world, life, told("payment_intent.canceled", lapsed, event_id="evt_early"))
    assert (first, (await world.ledger.payments.get(payment_id)).status) == (
        IpnStatus.CONFLICTED,
        PaymentStatus.AUTHORIZED,
    )
    world.provider.lapse(name)
    second = await settled(world, life, told("payment_intent.canceled", lapsed, event_id="evt_late"))
    assert second is IpnStatus.APPLIED
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CANCELLED, Status.COMPLETE)
