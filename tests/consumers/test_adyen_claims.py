"""What Adyen tells of refunds and disputes, of which it can be asked about neither."""

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from ledger.application import ids
from ledger.application.provider import RefundPending
from ledger.domain.disputing import DisputeStatus, PaymentDisputed
from ledger.domain.ipn import IpnStatus
from ledger.domain.money import Money
from ledger.domain.refund import Refund
from ledger.domain.refunding import RefundStatus
from tests.consumers.life import Life
from tests.consumers.test_other_providers_ipns import opened, settled
from tests.consumers.test_refunds import held, requested
from tests.consumers.test_refunds_of_the_desk import adopted
from tests.support import hook_bodies
from tests.support.world import World, opened_world

APPLIED = IpnStatus.APPLIED
PART = {"value": 500, "currency": "EUR"}
DISPUTE = (
    "NOTIFICATION_OF_CHARGEBACK",
    "CHARGEBACK",
    "CHARGEBACK_REVERSED",
    "SECOND_CHARGEBACK",
)


async def paid(world: World, life: Life) -> tuple[UUID, str]:
    """Have a link paid as PSP1; return our payment, inside and outside."""
    world.provider.refunds.tells = False
    _, payment_id = await opened(world, "adyen", reference="PL1")
    payment, link = ids.outside("payment", payment_id), (await world.ledger.payments.get(payment_id)).reference or ""
    body = hook_bodies.adyen(hook_bodies.adyen_link_paid(payment, link))
    assert await settled(world, life, "adyen", body) == [APPLIED]
    return payment_id, payment


async def tell(world: World, life: Life, code: str, payment: str, **changes: Any) -> IpnStatus:  # noqa: ANN401
    body = hook_bodies.adyen(hook_bodies.adyen_claim(code, payment, **changes))
    (ended,) = await settled(world, life, "adyen", body)
    return ended


async def asked(world: World, payment_id: UUID) -> Refund:
    """Ask for a refund, which Adyen calls PSP2 and has in hand."""
    refund_id = await requested(world, payment_id, minor=500)
    return await world.ledger.refunds.apply(refund_id, RefundPending("PSP2"))


async def test_our_own_refund_is_found_by_the_reference_that_we_gave_it(world: World, life: Life) -> None:
    """IPN-10, IPN-20, PAY-5: and Adyen is not asked what became of it, since it cannot be."""
    payment_id, _ = await paid(world, life)
    refund = await asked(world, payment_id)
    ours = ids.outside("refund", refund.id)
    assert await tell(world, life, "REFUND", ours, amount=PART) is APPLIED
    assert (await world.ledger.refunds.get(refund.id)).status is RefundStatus.SUCCEEDED
    assert await held(world, payment_id) == 500
    assert await tell(world, life, "REFUND_FAILED", ours, amount=PART) is APPLIED
    assert (await world.ledger.refunds.get(refund.id)).status is RefundStatus.FAILED
    assert await held(world, payment_id) == 0


@pytest.mark.parametrize("failure", ["REFUND_FAILED", "REFUNDED_REVERSED"])
@pytest.mark.parametrize("by_desk", [True, False])
async def test_a_refund_that_failed_after_all_has_failed_whichever_is_told_first(
    failure: str, *, by_desk: bool
) -> None:
    """IPN-11, IPN-12, PAY-5: one made here, and one made at Adyen's desk, each told twice."""
    ends = set()
    for order in permutations(("REFUND", failure)):
        async with opened_world() as world:
            life = Life(world.ledger, world.clock)
            payment_id, payment = await paid(world, life)
            named = payment if by_desk else ids.outside("refund", (await asked(world, payment_id)).id)
            for code in (*order, *order):
                assert await tell(world, life, code, named, amount=PART) is APPLIED
            refund_id = ids.inside("refund", named) if not by_desk else (await adopted(world, payment_id, "PSP2")).id
            ends.add(((await world.ledger.refunds.get(refund_id)).status, await held(world, payment_id)))
    assert ends == {(RefundStatus.FAILED, 0)}


async def test_a_refund_that_adyen_refused_gives_back_what_it_held(world: World, life: Life) -> None:
    """PAY-5."""
    payment_id, _ = await paid(world, life)
    refund = await asked(world, payment_id)
    assert (
        await tell(world, life, "REFUND", ids.outside("refund", refund.id), amount=PART, success="false") is APPLIED
    )
    assert (await world.ledger.refunds.get(refund.id)).failure == "refund_refused"
    assert await held(world, payment_id) == 0


@pytest.mark.parametrize("code", ["CANCELLATION", "CANCEL_OR_REFUND"])
async def test_what_was_reversed_at_the_desk_is_back_whether_cancelled_or_refunded(
    world: World, life: Life, code: str
) -> None:
    """PAY-5, IPN-10, IPN-14: told twice it is one refund; refused, or of no amount, it moved nothing."""
    payment_id, payment = await paid(world, life)
    for changes in ({"success": "false"}, {"amount": {"value": 0, "currency": "EUR"}}):
        assert await tell(world, life, code, payment, name="PSP7", **changes) is IpnStatus.IGNORED
    assert await held(world, payment_id) == 0
    assert [await tell(world, life, code, payment) for _ in range(2)] == [APPLIED, APPLIED]
    assert (await adopted(world, payment_id, "PSP2")).status is RefundStatus.SUCCEEDED
    assert await held(world, payment_id) == 1999


async def test_a_request_for_information_asks_the_merchant_and_blocks_nothing(world: World, life: Life) -> None:
    """PAY-8, IPN-14: nothing is disputed yet, and no notification would ever tell that the question is answered."""
    payment_id, payment = await paid(world, life)
    assert await tell(world, life, "REQUEST_FOR_INFORMATION", payment) is IpnStatus.IGNORED
    await requested(world, payment_id, minor=500)
    assert await held(world, payment_id) == 500


async def test_any_order_of_what_is_told_of_a_dispute_comes_to_one_end() -> None:
    """PAY-8, IPN-9, IPN-11: reversed at first and lost the second time, each told twice."""
    for most, expected in ((3, (DisputeStatus.WON, 0)), (4, (DisputeStatus.LOST, 1999))):
        ends = set()
        for order in permutations(DISPUTE[:most]):
            async with opened_world() as world:
                life = Life(world.ledger, world.clock)
                payment_id, payment = await paid(world, life)
                for code in (*order, *order):
                    assert await tell(world, life, code, payment) is APPLIED
                it = await world.ledger.payments.get(payment_id)
                found = await world.ledger.disputes.find(it, "PSP2")
                assert found is not None
                assert not it.disputes.open
                ends.add((found.status, it.disputes.lost_minor))
        assert ends == {expected}


async def test_a_chargeback_that_is_announced_takes_nothing_yet_and_stops_refunds(world: World, life: Life) -> None:
    """PAY-8."""
    payment_id, payment = await paid(world, life)
    assert await tell(world, life, "NOTIFICATION_OF_CHARGEBACK", payment) is APPLIED
    found = await world.ledger.disputes.find(await world.ledger.payments.get(payment_id), "PSP2")
    assert found is not None
    assert (found.status, found.withdrawn) == (DisputeStatus.WARNING_NEEDS_RESPONSE, False)
    with pytest.raises(PaymentDisputed):
        await requested(world, payment_id, minor=500)


async def test_ends_of_one_stage_that_contradict_each_other_call_a_person(world: World, life: Life) -> None:
    """IPN-12: Adyen cannot be asked which of them it is."""
    _, payment = await paid(world, life)
    assert await tell(world, life, "PREARBITRATION_LOST", payment) is APPLIED
    assert await tell(world, life, "PREARBITRATION_WON", payment) is IpnStatus.CONFLICTED


@pytest.mark.parametrize("code", ["REFUND", "CHARGEBACK"])
@pytest.mark.parametrize(
    ("changes", "ended"),
    [
        ({"paid_as": "PSP-of-another"}, IpnStatus.CONFLICTED),
        ({"amount": {"value": 500, "currency": "USD"}}, IpnStatus.CONFLICTED),
        ({"amount": {"value": 0, "currency": "EUR"}}, IpnStatus.IGNORED),
        ({"amount": {"value": 500, "currency": "???"}}, IpnStatus.IGNORED),
        ({"paid_as": ""}, IpnStatus.IGNORED),
    ],
)
async def test_what_cannot_be_of_this_payment_changes_nothing(
    world: World, life: Life, code: str, changes: dict[str, Any], ended: IpnStatus
) -> None:
    """IPN-14, IPN-18, IPN-20."""
    payment_id, payment = await paid(world, life)
    before = await world.ledger.payments.get(payment_id)
    assert await tell(world, life, code, payment, **changes) is ended
    assert (await world.ledger.payments.get(payment_id)).version == before.version


async def test_what_exceeds_what_was_captured_is_recorded_and_a_person_called(world: World, life: Life) -> None:
    """PAY-4: a whole refund at the desk, and then a whole chargeback that is lost."""
    payment_id, payment = await paid(world, life)
    assert await tell(world, life, "REFUND", payment, name="PSP3") is APPLIED
    assert await tell(world, life, "SECOND_CHARGEBACK", payment) is IpnStatus.CONFLICTED
    assert (await world.ledger.payments.get(payment_id)).overdrawn == Money(1999, "EUR")


async def test_what_comes_before_the_authorisation_waits_for_it(world: World, life: Life) -> None:
    """IPN-13."""
    _, payment_id = await opened(world, "adyen", reference="PL1")
    payment, link = ids.outside("payment", payment_id), (await world.ledger.payments.get(payment_id)).reference or ""
    early = [await tell(world, life, code, payment, amount=PART) for code in ("REFUND", "CHARGEBACK")]
    assert early == [IpnStatus.PARKED, IpnStatus.PARKED]
    body = hook_bodies.adyen(hook_bodies.adyen_link_paid(payment, link))
    await settled(world, life, "adyen", body)
    await life.until(world.clock.now().replace(hour=23))
    assert (await adopted(world, payment_id, "PSP2")).status is RefundStatus.SUCCEEDED
    assert (await world.ledger.payments.get(payment_id)).disputes.open


async def test_a_refund_that_nothing_is_told_of_calls_a_person_in_the_end(world: World, life: Life) -> None:
    """CONS-6: silence is no failure; Adyen cannot be asked, so nothing is asked in vain either."""
    payment_id, _ = await paid(world, life)
    refund = await asked(world, payment_id)
    await life.until(world.clock.now() + timedelta(days=60))
    assert (await world.ledger.refunds.get(refund.id)).status is RefundStatus.OPENED
    assert await held(world, payment_id) == 500
    dead = {each.consumer: each.last_error or "" for each in await life.dead()}
    assert dead["follow_up_on_refund_opened"].startswith("refund_still_pending")


@pytest.mark.parametrize(("code", "kind"), [("REFUND", "refund"), ("CHARGEBACK", "dispute")])
async def test_what_bears_a_reference_of_somebodys_own_is_found_by_what_the_payment_was_told_as(
    world: World, life: Life, code: str, kind: str
) -> None:
    """IPN-20: at Adyen's desk anything may be typed in; the authorisation said which payment it is about."""
    payment_id, _ = await paid(world, life)
    item = hook_bodies.adyen_claim(code, "said on the telephone", amount=PART)
    del item["additionalData"]["metadata.payment_id"]
    assert await settled(world, life, "adyen", hook_bodies.adyen(item)) == [APPLIED]
    payment = await world.ledger.payments.get(payment_id)
    assert len(payment.refunds.held if kind == "refund" else payment.disputes.open) == 1
    nobodys = hook_bodies.adyen_claim(code, "said on the telephone", paid_as="PSP404", name="PSP9", amount=PART)
    assert await settled(world, life, "adyen", hook_bodies.adyen(nobodys)) == [IpnStatus.IGNORED]
