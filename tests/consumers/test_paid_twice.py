"""Attempts of one checkout: each is a payment of its own, and money that comes twice is refunded once."""

from uuid import UUID

import pytest

from ledger.application.provider import Declined
from ledger.domain.charge import PaymentStatus
from ledger.domain.session import PaymentStatus as Paid
from ledger.domain.session import Status
from tests.consumers.life import Life, charges, reference
from tests.support.world import World


async def paid_twice(world: World, life: Life) -> tuple[UUID, UUID, UUID]:
    """Have a declined attempt succeed after all when another has paid; return the checkout and both attempts."""
    checkout_id = await world.opened()
    first = (await world.pay(checkout_id, key="first", method="pm_card_three_d_secure")).stream_id
    await life.work()
    await world.ledger.payments.apply(first, Declined("card_declined", "Your card was declined."))
    second = (await world.pay(checkout_id, key="second", method="pm_card_visa")).stream_id
    await life.work()
    world.provider.authenticate(await reference(world, first))
    await world.ledger.payments.apply(first, await world.provider.lookup(await reference(world, first)))
    return checkout_id, first, second


async def standing(world: World, checkout_id: UUID) -> tuple[Status, Paid]:
    checkout = await world.ledger.checkouts.get(checkout_id)
    return checkout.status, checkout.payment_status


async def refunded(world: World, life: Life, payment_id: UUID) -> None:
    await world.ledger.refunds.request(
        payment_id, world.merchant, amount=None, reason="paid twice", key="refund", body={}
    )
    await life.work()


async def test_money_that_comes_twice_is_on_record_twice_and_the_second_is_late(world: World, life: Life) -> None:
    """PAY-1, PAY-6, CHK-6."""
    checkout_id, first, second = await paid_twice(world, life)
    late, regular = [await world.ledger.payments.get(each) for each in (first, second)]
    assert (late.status, regular.status) == (PaymentStatus.CAPTURED, PaymentStatus.CAPTURED)
    assert (late.late, regular.late) == (True, False)
    assert (charges(world, first), charges(world, second)) == (1, 1)
    assert await standing(world, checkout_id) == (Status.COMPLETE, Paid.PAID)


@pytest.mark.parametrize("which", [1, 2])
async def test_a_refund_of_one_of_two_leaves_the_checkout_paid(world: World, life: Life, which: int) -> None:
    """PAY-6: whichever of the two it is."""
    ids = await paid_twice(world, life)
    await refunded(world, life, ids[which])
    assert await standing(world, ids[0]) == (Status.COMPLETE, Paid.PAID)
    given_back = [(await world.ledger.payments.get(each)).refunds.minor for each in ids[1:]]
    assert given_back == ([1999, 0] if which == 1 else [0, 1999])


async def test_each_attempt_has_keys_of_its_own_and_a_retry_of_one_has_the_same(world: World, life: Life) -> None:
    """IDEM-11."""
    _, first, second = await paid_twice(world, life)
    one, other = [await world.ledger.payments.get(each) for each in (first, second)]
    assert not {one.open_key, one.confirm_key, one.cancel_key} & {other.open_key, other.confirm_key, other.cancel_key}
    assert (await world.ledger.payments.get(first)).confirm_key == one.confirm_key
