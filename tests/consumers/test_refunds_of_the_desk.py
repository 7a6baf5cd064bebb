"""Refunds made at the provider's own desk: nobody asked us first, and they are on our books all the same."""

import asyncio
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from consumers.rules import ipn_settlement_of
from ledger.application import ids
from ledger.application.provider import RefundCancelled
from ledger.domain.ipn import IpnStatus
from ledger.domain.journal import balanced
from ledger.domain.money import Money
from ledger.domain.refund import Refund
from ledger.domain.refunding import RefundExceedsCaptured, RefundStatus
from projections.catalogue import PAYMENTS, REFUNDS
from projections.history import History
from tests.consumers.life import Life, reference
from tests.consumers.test_other_providers_ipns import opened
from tests.consumers.test_refunds import captured, held, requested
from tests.consumers.test_settle_on_ipn_received import settled
from tests.support.dispute_ipns import refund
from tests.support.stripe_ipns import deliver, listen, told
from tests.support.world import World, opened_world

APPLIED = (IpnStatus.APPLIED, None)
KINDS = ("refund.created", "refund.updated", "charge.refund.updated", "refund.failed")


@pytest.fixture(autouse=True)
async def listening(world: World) -> None:
    await listen(world.ledger, world)


async def given_back(world: World, payment_id: UUID, minor: int = 500) -> tuple[str, str]:
    """Give money back at the provider's desk; return the intent and the name of the refund."""
    intent = await reference(world, payment_id)
    made = world.provider.refunds.make(intent, "desk", Money(minor, "EUR"), charged_minor=10**6)
    return intent, getattr(made, "reference", "")


async def adopted(world: World, payment_id: UUID, name: str) -> Refund:
    payment = await world.ledger.payments.get(payment_id)
    found = await world.ledger.refunds.find_adopted(payment, name)
    assert found is not None
    return found


async def facts(world: World, refund_id: UUID) -> list[Any]:
    placed = await world.ledger.recorder.select_placed(refund_id)
    return [world.ledger.mapper.to_domain_event(each.event) for each in placed]


def desk(intent: str, name: str, status: str = "succeeded", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    return refund("", intent, status, id=name, metadata={}, **changes)


async def test_money_given_back_at_the_providers_desk_is_booked_and_cannot_be_given_back_again(
    world: World, life: Life
) -> None:
    """PAY-4, IPN-10: told by two types of notification, it is one refund, with balanced postings."""
    payment_id = await captured(world, life)
    intent, name = await given_back(world, payment_id)
    assert await settled(world, life, told("refund.created", desk(intent, name))) == APPLIED
    assert await settled(world, life, told("charge.refund.updated", desk(intent, name))) == APPLIED
    refund = await adopted(world, payment_id, name)
    recorded = await facts(world, refund.id)
    assert [type(each) for each in recorded] == [Refund.Adopted, Refund.Succeeded]
    assert recorded[1].postings
    assert balanced(recorded[1].postings)
    assert await held(world, payment_id) == 500
    with pytest.raises(RefundExceedsCaptured):
        await requested(world, payment_id, minor=1500)
    await requested(world, payment_id, minor=1499, key="the-rest")


async def test_any_order_and_number_of_notifications_come_to_one_refund() -> None:
    """IPN-9, IPN-11, IPN-12, PAY-5: a success that failed in the end, which the provider confirms when asked."""
    ends = set()
    for order in permutations(KINDS):
        async with opened_world() as world:
            life = Life(world.ledger, world.clock)
            await listen(world.ledger, world)
            payment_id = await captured(world, life)
            intent, name = await given_back(world, payment_id)
            world.provider.refunds.fail(name)
            for number, kind in enumerate((*order, *order)):
                status = {"refund.created": "pending", "refund.failed": "failed"}.get(kind, "succeeded")
                await settled(world, life, told(kind, desk(intent, name, status), event_id=f"evt_{number % 5}"))
            refund = await adopted(world, payment_id, name)
            booked = sum(
                posting.minor
                for fact in await facts(world, refund.id)
                for posting in getattr(fact, "postings", ())
                if posting.account.startswith("refunds:")
            )
            ends.add((refund.status, booked, await held(world, payment_id)))
    assert ends == {(RefundStatus.FAILED, 0, 0)}


async def test_notifications_that_are_settled_at_once_adopt_it_once(world: World, life: Life) -> None:
    """IPN-9: whoever loses the append finds what the other recorded."""
    payment_id = await captured(world, life)
    intent, name = await given_back(world, payment_id)
    heard = [await deliver(world, told(kind, desk(intent, name))) for kind in KINDS[:3]]
    settlement = ipn_settlement_of(world.ledger)
    ended = await asyncio.gather(*(settlement.settle(each.ipn_id) for each in heard))
    assert {each.status for each in ended} == {IpnStatus.APPLIED}
    assert await held(world, payment_id) == 500
    assert len(await facts(world, (await adopted(world, payment_id, name)).id)) == 2


async def test_what_exceeds_what_was_captured_is_recorded_and_a_person_called(world: World, life: Life) -> None:
    """PAY-4, IPN-18: the money is gone, whoever allowed it; settled again it is the same conflict."""
    payment_id = await captured(world, life)
    await requested(world, payment_id, minor=1900)
    await life.work()
    intent, name = await given_back(world, payment_id)
    for event_id in ("evt_1", "evt_2"):
        raw = told("refund.created", desk(intent, name), event_id=event_id)
        assert await settled(world, life, raw) == (IpnStatus.CONFLICTED, "exceeds_captured")
    assert (await adopted(world, payment_id, name)).status is RefundStatus.SUCCEEDED
    assert (await world.ledger.payments.get(payment_id)).overdrawn == Money(401, "EUR")
    with pytest.raises(RefundExceedsCaptured):
        await requested(world, payment_id, key="more")


async def test_one_that_takes_its_time_is_followed_up(world: World, life: Life) -> None:
    """PAY-4: the provider is asked what became of it, though its last notification never comes."""
    payment_id = await captured(world, life)
    world.provider.refunds.pending = 1
    intent, name = await given_back(world, payment_id)
    assert await settled(world, life, told("refund.created", desk(intent, name, "pending"))) == APPLIED
    assert (await adopted(world, payment_id, name)).status is RefundStatus.OPENED
    world.provider.refunds.settle(name)
    await life.until(world.clock.now().replace(hour=23))
    assert (await adopted(world, payment_id, name)).status is RefundStatus.SUCCEEDED


async def test_one_that_is_told_before_the_capture_waits_for_it(world: World, life: Life) -> None:
    """IPN-13."""
    checkout_id = await world.opened()
    payment_id = (await world.pay(checkout_id, method="pm_card_three_d_secure")).stream_id
    await life.work()
    intent, name = await given_back(world, payment_id)
    assert (await settled(world, life, told("refund.created", desk(intent, name))))[0] is IpnStatus.PARKED
    world.provider.authenticate(intent)
    await life.until(world.clock.now().replace(hour=23))
    assert (await adopted(world, payment_id, name)).status is RefundStatus.SUCCEEDED


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"payment_intent": "pi_of_somebody"}, (IpnStatus.IGNORED, "not_ours")),
        ({"payment_intent": None}, (IpnStatus.IGNORED, "refund_not_ours")),
        ({"currency": "usd"}, (IpnStatus.CONFLICTED, "amount_mismatch")),
        ({"amount": -1}, (IpnStatus.CONFLICTED, "amount_mismatch")),
        ({"amount": "500"}, (IpnStatus.IGNORED, "type_unknown")),
        ({"status": "on_fire"}, (IpnStatus.IGNORED, "type_unknown")),
    ],
)
async def test_what_cannot_be_of_this_payment_changes_nothing(
    world: World, life: Life, changes: dict[str, Any], outcome: tuple[IpnStatus, str]
) -> None:
    """IPN-14, IPN-18: bad input."""
    payment_id = await captured(world, life)
    intent, name = await given_back(world, payment_id)
    assert await settled(world, life, told("refund.created", desk(intent, name, **changes))) == outcome
    assert await held(world, payment_id) == 0


async def test_our_payment_in_the_metadata_of_another_intents_refund_proves_nothing(world: World, life: Life) -> None:
    """IPN-20."""
    payment_id = await captured(world, life)
    claimed = desk("pi_of_somebody", "re_x") | {"metadata": {"payment_id": ids.outside("payment", payment_id)}}
    raw = told("refund.created", claimed)
    assert await settled(world, life, raw) == (IpnStatus.CONFLICTED, "another_reference")
    assert await held(world, payment_id) == 0


async def test_what_claims_a_payment_that_is_not_there_waits(world: World, life: Life) -> None:
    """IPN-13."""
    nobodys = desk("pi_1", "re_x") | {"metadata": {"payment_id": "pay_" + "0" * 32}}
    assert await settled(world, life, told("refund.created", nobodys)) == (IpnStatus.PARKED, "payment_unknown")


async def test_what_claims_a_payment_of_another_account_is_not_ours(world: World, life: Life) -> None:
    """IPN-14, IPN-20."""
    _, payment_id = await opened(world, "adyen", reference="PL1")
    theirs = desk("pi_1", "re_x") | {"metadata": {"payment_id": ids.outside("payment", payment_id)}}
    assert await settled(world, life, told("refund.updated", theirs)) == (IpnStatus.IGNORED, "not_ours")


async def test_another_refund_of_the_provider_that_claims_to_be_ours_calls_a_person(world: World, life: Life) -> None:
    """IPN-18, IPN-20: somebody copied our reference to it."""
    payment_id = await captured(world, life)
    ours = await requested(world, payment_id, minor=100)
    await life.work()
    intent, name = await given_back(world, payment_id)
    copied = refund(ids.outside("refund", ours), intent, id=name)
    assert await settled(world, life, told("refund.created", copied)) == (IpnStatus.CONFLICTED, "another_reference")
    assert (await world.ledger.refunds.get(ours)).status is RefundStatus.SUCCEEDED


async def test_one_that_was_called_off_at_the_desk_holds_nothing(world: World, life: Life) -> None:
    """PAY-5."""
    payment_id = await captured(world, life)
    world.provider.refunds.pending = 1
    intent, name = await given_back(world, payment_id)
    await settled(world, life, told("refund.created", desk(intent, name, "pending")))
    assert await held(world, payment_id) == 500
    world.provider.refunds.fail(name, outcome=RefundCancelled())
    assert await settled(world, life, told("refund.updated", desk(intent, name, "canceled"))) == APPLIED
    assert (await adopted(world, payment_id, name)).status is RefundStatus.CANCELLED
    assert await held(world, payment_id) == 0


async def test_a_refund_of_another_ledger_with_the_same_account_is_adopted(world: World, life: Life) -> None:
    """IPN-20: it claims a refund that is none of ours, but the money was ours."""
    payment_id = await captured(world, life)
    intent, name = await given_back(world, payment_id)
    unknown = told("refund.created", refund("re_" + "0" * 32, intent, id=name))
    assert await settled(world, life, unknown) == APPLIED
    assert (await adopted(world, payment_id, name)).status is RefundStatus.SUCCEEDED


async def test_it_is_shown_with_its_origin(world: World, life: Life) -> None:
    """PAY-4: beside those that were requested, on its payment and by itself."""
    payment_id = await captured(world, life)
    intent, name = await given_back(world, payment_id)
    await settled(world, life, told("refund.created", desk(intent, name)))
    asked = await requested(world, payment_id, minor=100)
    history = History(world.ledger.recorder, world.ledger.ports.pages, world.ledger.mapper)
    refund_id = (await adopted(world, payment_id, name)).id
    shown, beside = await history.fold(REFUNDS, refund_id), await history.fold(REFUNDS, asked)
    payment = await history.fold(PAYMENTS, payment_id)
    assert shown is not None
    assert beside is not None
    assert payment is not None
    assert (shown.body["origin"], shown.body["status"], beside.body["origin"]) == ("provider", "succeeded", "request")
    assert payment.body["refund_ids"] == [ids.outside("refund", refund_id), ids.outside("refund", asked)]
    assert payment.body["refunded"] == {"minor": 600, "currency": "EUR"}
