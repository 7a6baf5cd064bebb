"""Holds in trouble: lapses, lost and slow answers, many who capture at once, payments called off in time."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from ledger.adapters.memory.mishaps import Mishap
from ledger.application.checkouts import Begun
from ledger.application.provider import Captured, Outcome, Pending
from ledger.domain.capturing import PaymentNotAuthorized, PaymentNotCancellable, PaymentProcessing
from ledger.domain.charge import CaptureMethod, PaymentStatus
from ledger.domain.money import Money
from ledger.domain.payment import Payment
from ledger.domain.refunding import RefundExceedsCaptured
from ledger.domain.session import PaymentStatus as Paid
from ledger.domain.session import Status
from tests.consumers.life import Life, charges, reference, statuses
from tests.support.world import World

DAY = timedelta(days=1)


async def held(world: World, life: Life) -> tuple[UUID, UUID]:
    """Have 19.99 EUR held; return checkout and payment."""
    checkout_id = await world.opened(capture_method=CaptureMethod.MANUAL)
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    await life.work()
    return checkout_id, payment_id


async def capture(
    world: World, payment_id: UUID, minor: int | None = None, *, final: bool = True, key: str = "take"
) -> Begun:
    return await world.ledger.holds.capture(
        payment_id,
        world.merchant,
        amount=None if minor is None else Money(minor, "EUR"),
        final=final,
        key=key,
        body={"minor": minor, "final": final},
    )


async def call_off(world: World, payment_id: UUID, key: str = "off") -> Begun:
    return await world.ledger.holds.cancel(payment_id, world.merchant, key=key, body={})


async def found(world: World, payment_id: UUID) -> Payment:
    return await world.ledger.payments.get(payment_id)


async def test_fifty_captures_at_once_and_ever_more_never_take_more_than_is_held(world: World, life: Life) -> None:
    """PAY-2: of any number at once one is asked for; in the end exactly what was held is taken."""
    _, payment_id = await held(world, life)
    for at_once in range(4):
        asked = (capture(world, payment_id, 600, final=False, key=f"{at_once}/{number}") for number in range(50))
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert sum(isinstance(answer, Begun) for answer in answers) == (at_once < 3)
        await life.work()
    assert (await found(world, payment_id)).capturable == Money(199, "EUR")
    await capture(world, payment_id, key="the rest")
    await life.work()
    payment = await found(world, payment_id)
    assert (payment.status, payment.captured) == (PaymentStatus.CAPTURED, Money(1999, "EUR"))


async def test_one_key_captures_once_however_often_it_is_used(world: World, life: Life) -> None:
    """IDEM-1, IDEM-9, IDEM-11."""
    _, payment_id = await held(world, life)
    asked = await asyncio.gather(*(capture(world, payment_id, 500, final=False) for _ in range(20)))
    await life.work()
    assert (await capture(world, payment_id, 500, final=False)).replayed
    await life.work()
    assert sum(not each.replayed for each in asked) == 1
    assert (await found(world, payment_id)).captured == Money(500, "EUR")
    assert charges(world, payment_id) == 1


@pytest.mark.parametrize("mishap", [Mishap.LOST_BEFORE, Mishap.LOST_AFTER])
async def test_a_capture_whose_answers_are_lost_is_asked_for_under_its_key(
    world: World, life: Life, mishap: Mishap
) -> None:
    """CONS-6, IDEM-11: until it is known it is neither a capture nor a failure."""
    checkout_id, payment_id = await held(world, life)
    world.provider.mishaps.add("capture", mishap, times=4)
    await capture(world, payment_id, 700)
    await life.until(world.clock.now() + timedelta(minutes=4))
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURING, Status.COMPLETE)
    with pytest.raises(PaymentProcessing):
        await call_off(world, payment_id)
    await life.until(world.clock.now() + timedelta(hours=2))
    assert (await found(world, payment_id)).captured == Money(700, "EUR")
    assert charges(world, payment_id) == 1
    assert (await world.ledger.checkouts.get(checkout_id)).payment_status is Paid.PAID


async def test_a_capture_nobody_can_tell_of_is_never_a_failure_and_ends_with_a_person(
    world: World, life: Life
) -> None:
    """CONS-4, CONS-6."""
    _, payment_id = await held(world, life)
    for operation in ("capture", "lookup"):
        world.provider.mishaps.add(operation, Mishap.LOST_BEFORE, times=999)
    await capture(world, payment_id, 700)
    await life.until(world.clock.now() + 4 * DAY)
    assert (await found(world, payment_id)).status is PaymentStatus.CAPTURING
    assert "capture_on_capture_requested" in [item.consumer for item in await life.dead()]


async def test_a_capture_that_takes_the_provider_a_while_is_looked_at_until_it_is_known(
    world: World, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONS-6: the answer that is kept under the key says `pending` for as long as it is kept."""
    _, payment_id = await held(world, life)
    name = await reference(world, payment_id)
    truth: list[Outcome] = [Pending(), Pending(), Captured(name, 700, "EUR")]

    async def begun(*_: object, **__: object) -> Outcome:
        return Pending()

    async def looked_at(_: str) -> Outcome:
        return truth.pop(0) if len(truth) > 1 else truth[0]

    monkeypatch.setattr(world.provider, "capture", begun)
    monkeypatch.setattr(world.provider, "lookup", looked_at)
    await capture(world, payment_id, 700)
    await life.until(world.clock.now() + timedelta(minutes=4))
    assert (await found(world, payment_id)).status is PaymentStatus.CAPTURING
    await life.until(world.clock.now() + timedelta(hours=2))
    assert (await found(world, payment_id)).captured == Money(700, "EUR")


async def test_a_hold_that_lapses_is_a_cancelled_payment_and_nothing_is_paid(world: World, life: Life) -> None:
    """PAY-1, PAY-2."""
    checkout_id, payment_id = await held(world, life)
    await life.until(world.clock.now() + 6 * DAY)
    world.provider.lapse(await reference(world, payment_id))
    await life.until(world.clock.now() + 2 * DAY)
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CANCELLED, Status.COMPLETE)
    assert (await world.ledger.checkouts.get(checkout_id)).payment_status is Paid.UNPAID
    with pytest.raises(PaymentNotAuthorized):
        await capture(world, payment_id)
    assert await life.dead() == []


async def test_a_hold_lapses_though_a_capture_was_under_way_when_we_looked(world: World, life: Life) -> None:
    """CONS-6: a capture that is refused later leaves a hold, and somebody still looks after it."""
    checkout_id, payment_id = await held(world, life)
    first_look = world.clock.now() + DAY
    await life.until(first_look - timedelta(minutes=1))
    world.provider.mishaps.add("capture", Mishap.BUSY, times=4)
    await capture(world, payment_id, 700)
    await life.until(first_look + timedelta(minutes=1))
    assert (await found(world, payment_id)).status is PaymentStatus.CAPTURING
    payment = await found(world, payment_id)
    assert payment.captures.order is not None
    await world.ledger.payments.record(payment_id, lambda it: it.refuse_capture(1, "refused", "No."))
    world.provider.lapse(await reference(world, payment_id))
    await life.until(first_look + 3 * DAY)
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CANCELLED, Status.COMPLETE)


async def test_only_what_was_taken_can_be_given_back(world: World, life: Life) -> None:
    """PAY-4: a refund is measured against the capture, not against the charge."""
    _, payment_id = await held(world, life)
    await capture(world, payment_id, 700)
    await life.work()
    with pytest.raises(RefundExceedsCaptured):
        await refund(world, payment_id, 701)
    await refund(world, payment_id, 700)
    await life.work()
    assert sum(world.provider.refunds.given_back.values()) == 700


async def refund(world: World, payment_id: UUID, minor: int) -> None:
    await world.ledger.refunds.request(
        payment_id, world.merchant, amount=Money(minor, "EUR"), reason=None, key=f"refund-{minor}", body={}
    )


async def test_what_is_held_is_let_go_and_one_key_does_it_once(world: World, life: Life) -> None:
    """PAY-2, IDEM-1."""
    checkout_id, payment_id = await held(world, life)
    world.provider.mishaps.add("cancel", Mishap.LOST_AFTER)
    await call_off(world, payment_id)
    assert (await call_off(world, payment_id)).replayed
    with pytest.raises(PaymentNotAuthorized):
        await capture(world, payment_id)
    await life.until(world.clock.now() + timedelta(hours=2))
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CANCELLED, Status.COMPLETE)
    assert (await call_off(world, payment_id)).replayed
    with pytest.raises(PaymentNotCancellable):
        await call_off(world, payment_id, key="again")
    assert charges(world, payment_id) == 0


async def test_a_payment_nobody_has_asked_the_provider_about_is_called_off_at_once(world: World, life: Life) -> None:
    """PAY-2: and the customer may pay again."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    await call_off(world, payment_id)
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CANCELLED, Status.OPEN)
    await life.work()
    assert charges(world, payment_id) == 0
    second = (await world.pay(checkout_id, key="again", method="pm_card_visa")).stream_id
    await life.work()
    assert await statuses(world, checkout_id, second) == (PaymentStatus.CAPTURED, Status.COMPLETE)


async def test_a_payment_called_off_while_its_intent_is_opened_is_never_charged(
    world: World, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PAY-2: the versions of the payment's stream decide between the two."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    opened = world.provider.open

    async def slowly(parameters: dict[str, str], *, idempotency_key: str) -> str:
        name = await opened(parameters, idempotency_key=idempotency_key)
        await call_off(world, payment_id)
        return name

    monkeypatch.setattr(world.provider, "open", slowly)
    await life.until(world.clock.now() + timedelta(minutes=10))
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CANCELLED, Status.OPEN)
    assert charges(world, payment_id) == 0


async def test_a_payment_in_the_hands_of_the_bank_cannot_be_called_off(world: World, life: Life) -> None:
    """PAY-2."""
    payment_id = (await world.pay(await world.opened(), method="pm_sepa_debit")).stream_id
    await life.work()
    with pytest.raises(PaymentProcessing):
        await call_off(world, payment_id)


async def test_what_was_captured_before_it_was_called_off_stays_captured(world: World, life: Life) -> None:
    """PAY-1: a success is never downgraded."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_three_d_secure")).stream_id
    await life.work()
    await call_off(world, payment_id)
    world.provider.authenticate(await reference(world, payment_id))
    await life.until(world.clock.now() + timedelta(hours=1))
    assert await statuses(world, checkout_id, payment_id) == (PaymentStatus.CAPTURED, Status.COMPLETE)
