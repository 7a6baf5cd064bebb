"""Most of what providers tell is on record already: it is settled as it is kept, and makes no work."""

from typing import Any
from uuid import UUID

import pytest

from ledger.domain.charge import PaymentStatus
from ledger.domain.ipn import Ipn, IpnStatus
from ledger.domain.values import Mode
from tests.consumers.life import Life
from tests.support.stripe_ipns import about, charge, deliver, intent, listen, told
from tests.support.world import ACCOUNT, World

SUCCEEDED, CHARGED = "payment_intent.succeeded", "charge.succeeded"


@pytest.fixture(autouse=True)
async def listening(world: World) -> None:
    await listen(world.ledger, world)


async def captured(world: World, life: Life) -> UUID:
    payment_id = (await world.pay(await world.opened(), method="pm_card_visa")).stream_id
    await life.work()
    assert (await world.ledger.payments.get(payment_id)).status is PaymentStatus.CAPTURED
    return payment_id


async def told_of(world: World, raw: bytes) -> Ipn:
    return await world.ledger.ipns.get((await deliver(world, raw)).ipn_id)


async def another_merchant(world: World) -> World:
    """Let another merchant join, whose account listens, too."""
    organizations = world.ledger.organizations
    organization_id = await organizations.register("Shoes & Co")
    key = await organizations.issue_key(organization_id, Mode.TEST, "till")
    await organizations.connect(organization_id, ACCOUNT)
    another = World(world.ledger, world.clock, world.provider, await organizations.authenticate(key))
    await listen(world.ledger, another)
    return another


async def test_what_is_on_record_is_settled_by_its_receipt(world: World, life: Life) -> None:
    """IPN-8, IPN-9, IPN-10: one durable insert, and nothing to be done after it; the second says the same."""
    payment_id = await captured(world, life)
    payment, reference = await about(world, payment_id)
    before = await world.topics()
    for raw in (told(SUCCEEDED, intent(payment, reference)), told(CHARGED, charge(payment, reference))):
        ipn = await told_of(world, raw)
        assert (ipn.status, ipn.payment_id, ipn.reason) == (IpnStatus.APPLIED, payment_id, None)
    assert await life.work_once() == 0
    assert await world.topics() == [*before, "ipn.received", "ipn.received"]


@pytest.mark.parametrize("changes", [{"amount_received": 1}, {"currency": "usd"}, {"id": "pi_another"}])
async def test_what_differs_is_weighed(world: World, life: Life, changes: dict[str, Any]) -> None:
    """IPN-18, IPN-20: another amount, currency or object is another fact."""
    payment, reference = await about(world, await captured(world, life))
    ipn = await told_of(world, told(SUCCEEDED, intent(payment, reference, **changes)))
    assert ipn.status is IpnStatus.RECEIVED
    await life.work()
    assert (await world.ledger.ipns.get(ipn.id)).status is IpnStatus.CONFLICTED


async def test_what_went_before_a_success_is_weighed_however_late_it_comes(world: World, life: Life) -> None:
    """IPN-12: only a success cannot be overtaken."""
    payment, reference = await about(world, await captured(world, life))
    ipn = await told_of(world, told("payment_intent.processing", intent(payment, reference)))
    assert ipn.status is IpnStatus.RECEIVED
    await life.work()
    assert (await world.ledger.ipns.get(ipn.id)).status is IpnStatus.APPLIED


async def test_who_does_not_remember_the_payment_leaves_it_to_the_queue(world: World, life: Life) -> None:
    """IPN-8: the acknowledgement waits for no reading; what comes of it is the same."""
    payment_id = await captured(world, life)
    payment, reference = await about(world, payment_id)
    world.ledger.repository.recollection.forget(payment_id)
    ipn = await told_of(world, told(SUCCEEDED, intent(payment, reference)))
    assert ipn.status is IpnStatus.RECEIVED
    await life.work()
    settled = await world.ledger.ipns.get(ipn.id)
    assert (settled.status, settled.payment_id) == (IpnStatus.APPLIED, payment_id)


async def test_a_success_at_an_account_that_has_it_not_in_hand_is_nobodys(world: World, life: Life) -> None:
    """IPN-20: whoever copies our id into another account's object settles nothing, at once or later."""
    payment, reference = await about(world, await captured(world, life))
    stranger = await another_merchant(world)
    ipn = await told_of(stranger, told(SUCCEEDED, intent(payment, reference)))
    assert ipn.status is IpnStatus.RECEIVED
    await life.work()
    settled = await world.ledger.ipns.get(ipn.id)
    assert (settled.status, settled.reason) == (IpnStatus.IGNORED, "not_ours")


async def test_what_needs_no_work_takes_nobodys_place_in_memory(world: World, life: Life) -> None:
    """IPN-8: a flood would push out the payments that it is about; a duplicate is known all the same (IPN-9)."""
    payment_id = await captured(world, life)
    payment, reference = await about(world, payment_id)
    raw = told(SUCCEEDED, intent(payment, reference))
    first = await deliver(world, raw)
    assert not world.ledger.repository.recollection.of(first.ipn_id)
    assert world.ledger.repository.recollection.of(payment_id)
    assert (await deliver(world, raw)).duplicates == {first.ipn_id}
