"""What providers say, when asked, was taken back of a payment: by us, at their own desk, or by a bank."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from ledger.application.dispute_report import DisputeReport
from ledger.application.provider import ProviderUnreachable, RefundFailed, RefundPending, RefundSucceeded
from ledger.application.refund_report import RefundReport
from ledger.domain.disputing import DisputeStatus
from tests.support.gocardless_stand_in import GoCardlessStandIn
from tests.support.hosted_kinds import GoCardless, Mollie
from tests.support.hosted_world import HostedWorld, hosted_world
from tests.support.mollie_stand_in import MollieStandIn
from tests.support.provider_world import AMOUNT, trial


@pytest.fixture
async def mollie() -> AsyncIterator[HostedWorld]:
    async with hosted_world(Mollie()) as world:
        yield world


@pytest.fixture
async def gocardless() -> AsyncIterator[HostedWorld]:
    async with hosted_world(GoCardless()) as world:
        yield world


async def paid(world: HostedWorld) -> str:
    """Have a payment made, and return the name that we know it by."""
    payment = await trial(world)
    reference = await payment.open()
    await payment.pay(reference)
    return reference


async def asked_back(world: HostedWorld, reference: str) -> None:
    parameters = world.provider.refund_parameters(refund_id="re_ours", reference=reference, amount=AMOUNT)
    await world.provider.refund(parameters | {"amount": "300"}, idempotency_key="key")


async def test_mollie_tells_refunds_of_both_kinds_and_chargebacks_and_their_ends(mollie: HostedWorld) -> None:
    """IPN-10, PAY-8."""
    stand_in, reference = mollie.stand_in, await paid(mollie)
    assert isinstance(stand_in, MollieStandIn)
    assert await mollie.provider.taken_back(reference) == ()
    await asked_back(mollie, reference)
    made, taken = stand_in.give_back(reference, "2.00"), stand_in.charge_back(reference, "5.00")
    ours, desk, bank = await mollie.provider.taken_back(reference)
    assert isinstance(ours, RefundReport)
    assert isinstance(desk, RefundReport)
    assert isinstance(bank, DisputeReport)
    assert (ours.claimed_refund, desk.claimed_refund) == ("re_ours", None)
    name = f"{reference}/{made['id']}"
    assert desk == RefundReport(None, name, reference, 200, "EUR", RefundSucceeded(name, 200, "EUR"))
    assert await mollie.provider.lookup_refund(desk.reference) == desk.outcome
    assert (bank.reference, bank.amount_minor, bank.reason) == (taken["id"], 500, "AC01")
    assert bank.standing.status is DisputeStatus.LOST
    made["status"], taken["reversedAt"] = "failed", "2026-03-01T12:00:00+00:00"
    _, desk, bank = await mollie.provider.taken_back(reference)
    assert isinstance(getattr(desk, "outcome", None), RefundFailed)
    assert isinstance(bank, DisputeReport)
    assert (bank.standing.status, bank.standing.is_reinstated) == (DisputeStatus.WON, True)


async def test_gocardless_tells_refunds_and_the_one_chargeback_until_it_ends(
    gocardless: HostedWorld,
) -> None:
    """IPN-10, PAY-8: what was never charged back is asked about by nobody."""
    stand_in, reference = gocardless.stand_in, await paid(gocardless)
    assert isinstance(stand_in, GoCardlessStandIn)
    await asked_back(gocardless, reference)
    made = stand_in.give_back(reference, 200)
    made["status"] = "submitted"
    ours, desk = await gocardless.provider.taken_back(reference)
    assert isinstance(ours, RefundReport)
    assert ours.claimed_refund == "re_ours"
    assert desk == RefundReport(None, made["id"], reference, 200, "EUR", RefundPending(made["id"]))
    payment = stand_in.payment_of(reference)
    payment["status"] = "charged_back"
    *_, bank = await gocardless.provider.taken_back(reference)
    assert isinstance(bank, DisputeReport)
    assert (bank.reference, bank.amount_minor) == (payment["id"], AMOUNT.minor)
    assert bank.standing.status is DisputeStatus.LOST
    for status, stands in (("confirmed", DisputeStatus.WON), ("charged_back", DisputeStatus.LOST)):
        payment["status"] = status
        report = await gocardless.provider.lookup_dispute(bank.reference)
        assert report is not None
        assert report.standing.status is stands


async def test_nothing_is_taken_back_of_what_was_never_paid(gocardless: HostedWorld, mollie: HostedWorld) -> None:
    for world in (gocardless, mollie):
        reference = await (await trial(world)).open()
        assert await world.provider.taken_back(reference) == ()


Break = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    "broken",
    [
        lambda made: made.update(status="on_fire"),
        lambda made: made.update(amount={"currency": "EUR", "value": "2"}),
        lambda made: made.pop("id"),
    ],
)
async def test_what_makes_no_sense_is_no_answer(mollie: HostedWorld, broken: Break) -> None:
    """IPN-18: it is asked for again, and nothing is booked by it."""
    stand_in, reference = mollie.stand_in, await paid(mollie)
    assert isinstance(stand_in, MollieStandIn)
    broken(stand_in.give_back(reference, "2.00"))
    with pytest.raises(ProviderUnreachable):
        await mollie.provider.taken_back(reference)
