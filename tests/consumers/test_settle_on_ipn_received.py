"""What follows from notifications: applied forward, asked about, parked, ignored or flagged."""

from datetime import timedelta
from uuid import UUID

import pytest

from ledger.application import ids
from ledger.domain.charge import PaymentStatus
from ledger.domain.ipn import IpnStatus
from ledger.domain.session import PaymentStatus as Paid
from ledger.domain.session import Status
from tests.consumers.life import Life, statuses
from tests.support.stripe_ipns import about, charge, deliver, intent, listen, told
from tests.support.world import World

SUCCEEDED = "payment_intent.succeeded"
FAILED = "payment_intent.payment_failed"


@pytest.fixture(autouse=True)
async def listening(world: World) -> None:
    await listen(world.ledger, world)


async def waiting_for_provider(world: World, *, ending: str = "pm_card_visa") -> tuple[UUID, UUID]:
    """Open and confirm a payment, whose answer nobody heard; return checkout and payment."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method=ending)).stream_id
    payment = await world.ledger.payments.get(payment_id)
    reference = await world.provider.open(dict(payment.charge.parameters), idempotency_key=payment.open_key)
    await world.ledger.payments.record(payment_id, lambda it: it.open(reference))
    await world.ledger.payments.record(payment_id, lambda it: it.request_confirmation())
    await world.provider.confirm(reference, idempotency_key=payment.confirm_key)
    return checkout_id, payment_id


async def settled(world: World, life: Life, raw: bytes) -> tuple[IpnStatus, str | None]:
    received = await deliver(world, raw)
    await life.handle("settle_on_ipn_received", received.ipn_id)
    ipn = await world.ledger.ipns.get(received.ipn_id)
    return ipn.status, ipn.reason


async def test_a_success_settles_payment_and_checkout_once(world: World, life: Life) -> None:
    """IPN-8, IPN-9, IPN-10."""
    checkout_id, payment_id = await waiting_for_provider(world)
    payment, reference = await about(world, payment_id)
    for raw in (told(SUCCEEDED, intent(payment, reference)), told("charge.succeeded", charge(payment, reference))):
        assert await settled(world, life, raw) == (IpnStatus.APPLIED, None)
        assert await settled(world, life, raw) == (IpnStatus.APPLIED, None)
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)
    topics = await world.topics()
    assert [topics.count(topic) for topic in ("payment.captured", "checkout.completed", "ipn.received")] == [1, 1, 2]


async def test_a_late_failure_never_undoes_a_success(world: World, life: Life) -> None:
    """IPN-12."""
    checkout_id, payment_id = await waiting_for_provider(world)
    payment, reference = await about(world, payment_id)
    await settled(world, life, told(SUCCEEDED, intent(payment, reference)))
    for kind in (FAILED, "payment_intent.canceled"):
        flagged = await settled(world, life, told(kind, intent(payment, reference)))
        assert flagged == (IpnStatus.CONFLICTED, "contradicts_provider")
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)


async def test_bad_news_that_is_true_gives_the_checkout_back(world: World, life: Life) -> None:
    checkout_id, payment_id = await waiting_for_provider(world, ending="pm_card_declined")
    payment, reference = await about(world, payment_id)
    assert (await settled(world, life, told(FAILED, intent(payment, reference))))[0] is IpnStatus.APPLIED
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.FAILED, Status.OPEN)
    stale = told("payment_intent.processing", intent(payment, reference))
    assert (await settled(world, life, stale))[0] is IpnStatus.APPLIED
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.FAILED, Status.OPEN)


async def test_a_bank_that_asks_and_one_that_takes_its_time_are_states_and_no_success(
    world: World, life: Life
) -> None:
    """IPN-16."""
    checkout_id, payment_id = await waiting_for_provider(world, ending="pm_sepa_debit")
    payment, reference = await about(world, payment_id)
    await settled(world, life, told("payment_intent.requires_action", intent(payment, reference)))
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.ACTION_REQUIRED, Status.PROCESSING)
    await settled(world, life, told("payment_intent.processing", intent(payment, reference)))
    assert (await world.ledger.payments.get(payment_id)).status is PaymentStatus.PENDING
    assert (await world.ledger.checkouts.get(checkout_id)).payment_status is Paid.UNPAID


@pytest.mark.parametrize("changes", [{"amount_received": 1}, {"currency": "usd"}])
async def test_another_amount_or_currency_is_no_success(
    world: World, life: Life, changes: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    """IPN-18."""
    checkout_id, payment_id = await waiting_for_provider(world)
    payment, reference = await about(world, payment_id)
    flagged = await settled(world, life, told(SUCCEEDED, intent(payment, reference, **changes)))
    assert flagged == (IpnStatus.CONFLICTED, "amount_mismatch")
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.OPENED, Status.PROCESSING)
    assert "payment.mismatched" in await world.topics()
    assert "ipn_conflicted" in caplog.text


async def test_what_comes_too_early_waits_and_is_settled_when_the_payment_is_opened(world: World, life: Life) -> None:
    """IPN-13."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    payment = ids.outside("payment", payment_id)
    early = await settled(world, life, told(SUCCEEDED, intent(payment, "pi_00000001")))
    assert early == (IpnStatus.PARKED, "payment_not_opened")
    again = await settled(world, life, told("charge.succeeded", charge(payment, "pi_00000001")))
    assert again == (IpnStatus.PARKED, "payment_not_opened")

    await life.work()
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)
    topics = await world.topics()
    assert [topics.count(topic) for topic in ("ipn.parked", "ipn.applied", "payment.captured")] == [2, 2, 1]
    assert world.provider.charges(payment) == 1


async def test_what_nobody_ever_explains_is_dead_after_days_and_stays_on_record(world: World, life: Life) -> None:
    """IPN-13."""
    stranger = await deliver(world, told(SUCCEEDED, intent(f"pay_{'9' * 32}", "pi_9")))
    await life.until(world.clock.now() + timedelta(days=4))
    assert (await world.ledger.ipns.get(stranger.ipn_id)).status is IpnStatus.DEAD
    assert await life.dead() == []


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (told("customer.created", {"id": "cus_1"}), "type_unknown"),
        (told("payment_intent.invented", {"id": "pi_1"}), "type_unknown"),
        (told(SUCCEEDED, intent("order 7 of somebody's other shop", "pi_1")), "not_ours"),
        (told(SUCCEEDED, {**intent("", "pi_1"), "metadata": {}}), "not_ours"),
    ],
)
async def test_what_is_not_ours_is_kept_and_ignored(world: World, life: Life, raw: bytes, reason: str) -> None:
    """IPN-14, IPN-15."""
    assert await settled(world, life, raw) == (IpnStatus.IGNORED, reason)
    assert await life.dead() == []


async def test_our_id_on_another_object_proves_nothing(world: World, life: Life) -> None:
    """IPN-20."""
    checkout_id, payment_id = await waiting_for_provider(world)
    payment, _ = await about(world, payment_id)
    flagged = await settled(world, life, told(SUCCEEDED, intent(payment, "pi_of_somebody")))
    assert flagged == (IpnStatus.CONFLICTED, "another_reference")
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.OPENED, Status.PROCESSING)
