"""Disputes over HTTP: read by their merchant, and by nobody else."""

from dataclasses import replace
from typing import Any

from ledger.application import ids
from ledger.application.dispute_report import DisputeReport
from ledger.application.provider import Captured
from ledger.domain.disputing import DisputeStanding, DisputeStatus
from tests.api.world import World

OPEN = DisputeStanding(DisputeStatus.NEEDS_RESPONSE, None, 1500, is_withdrawn=True, is_reinstated=False)


async def disputed(world: World, standing: DisputeStanding = OPEN) -> tuple[str, str]:
    """Have a payment disputed, and return payment and dispute."""
    checkout = await world.checkout()
    payment = await world.pay(checkout["id"])
    payment_id = ids.inside("payment", payment["id"])
    await world.apply(payment_id, Captured("pi_1", 1999, "EUR"))
    report = DisputeReport("du_1", "pi_1", 1999, "EUR", "fraudulent", standing)
    dispute = await world.disputes.apply(payment_id, report)
    return payment["id"], ids.outside("dispute", dispute.id)


async def read(world: World, path: str) -> dict[str, Any]:
    answer = await world.get(f"/api/v1/{path}", key=world.key)
    assert answer.status == 200, await answer.text()
    body: dict[str, Any] = await answer.json()
    return body


async def test_a_merchant_reads_a_dispute_and_its_payment_says_so(world: World) -> None:
    """PAY-8: where it stands, what it took, and the fee apart."""
    payment_id, dispute_id = await disputed(world)
    dispute = await read(world, f"disputes/{dispute_id}")
    assert (dispute["status"], dispute["withdrawn"]["minor"], dispute["fee"]["minor"]) == (
        "needs_response",
        1999,
        1500,
    )
    assert (await read(world, "disputes"))["items"] == [dispute]
    assert (await read(world, f"payments/{payment_id}/disputes"))["items"] == [dispute]
    assert (await read(world, f"payments/{payment_id}"))["open_dispute_ids"] == [dispute_id]


async def test_a_refund_waits_until_the_dispute_has_ended(world: World) -> None:
    """PAY-8: 409 with a code of its own, and nothing is recorded."""
    payment_id, _ = await disputed(world)
    path = f"/api/v1/payments/{payment_id}/refunds"
    refused = await world.post(path, {}, key=world.key, Idempotency_Key="refund-1")
    assert (refused.status, (await refused.json())["code"]) == (409, "payment_disputed")
    won = DisputeReport("du_1", "pi_1", 1999, "EUR", "fraudulent", replace(OPEN, status=DisputeStatus.WON))
    await world.disputes.apply(ids.inside("payment", payment_id), won)
    accepted = await world.post(path, {}, key=world.key, Idempotency_Key="refund-2")
    assert accepted.status == 202


async def test_a_dispute_of_somebody_else_is_not_there(world: World) -> None:
    _, dispute_id = await disputed(world)
    _, _, stranger = await world.another_merchant()
    for path in (f"/api/v1/disputes/{dispute_id}", "/api/v1/disputes/dp_" + "0" * 32):
        assert (await world.get(path, key=stranger)).status == 404
