"""Refunds over HTTP: requesting, replaying, reading, listing, and who may."""

from typing import Any

from api import representations as shown
from ledger.application import ids
from ledger.application.provider import RefundSucceeded
from ledger.application.refund_report import RefundReport
from tests.api.world import World


async def captured(world: World) -> str:
    payment = await world.pay((await world.checkout())["id"])
    await world.charge(payment["id"])
    return f"/api/v1/payments/{payment['id']}"


async def refunded(world: World, payment: str, body: object, key: str = "r-1") -> tuple[int, dict[str, Any], bytes]:
    answer = await world.post(f"{payment}/refunds", body, key=world.key, Idempotency_Key=key)
    return answer.status, await answer.json(), await answer.read()


async def test_a_refund_is_accepted_replayed_read_and_listed(world: World) -> None:
    """PAY-4, IDEM-1, IDEM-2."""
    payment = await captured(world)
    part = {"amount": {"minor": 500, "currency": "EUR"}, "reason": "a button was missing"}
    status, body, first = await refunded(world, payment, part)
    assert status == 202
    shown.Refund.model_validate(body)
    assert (body["status"], body["detail"], body["amount"]["minor"]) == ("pending", "requested", 500)
    assert (await refunded(world, payment, part))[::2] == (202, first)
    assert (await refunded(world, payment, {}))[1]["code"] == "idempotency_key_reused"
    assert (await refunded(world, payment, {}, "r-2"))[1]["amount"]["minor"] == 1499
    read = await world.get(f"/api/v1/refunds/{body['id']}", key=world.key)
    assert await read.read() == first
    listed = shown.RefundList.model_validate(await (await world.get(f"{payment}/refunds", key=world.key)).json())
    assert [item.amount.minor for item in listed.items] == [1499, 500]
    assert (await (await world.get(payment, key=world.key)).json())["refunded"]["minor"] == 1999


async def test_what_cannot_be_refunded_is_refused_with_a_code(world: World) -> None:
    """PAY-4, PAY-9, IDEM-4."""
    payment = await captured(world)
    for amount, code in (
        ({"minor": 2000, "currency": "EUR"}, "refund_exceeds_captured"),
        ({"minor": 1, "currency": "JPY"}, "refund_currency_differs"),
        ({"minor": 0, "currency": "EUR"}, "amount_out_of_range"),
        ({"minor": 1.5, "currency": "EUR"}, "amount_not_integer"),
    ):
        assert (await refunded(world, payment, {"amount": amount}))[1]["code"] == code
    without_key = await world.post(f"{payment}/refunds", {}, key=world.key)
    assert (await without_key.json())["code"] == "idempotency_key_missing"
    unpaid = await world.pay((await world.checkout())["id"])
    assert (await refunded(world, f"/api/v1/payments/{unpaid['id']}", {}))[1]["code"] == "payment_not_captured"


async def test_only_the_merchant_of_a_payment_refunds_it(world: World) -> None:
    payment = await captured(world)
    assert (await world.post(f"{payment}/refunds", {}, Idempotency_Key="r")).status == 401
    other = await world.post(f"{payment}/refunds", {}, key=world.live_key, Idempotency_Key="r")
    assert other.status == 404


async def test_a_refund_of_the_providers_desk_is_read_and_listed_with_its_origin(world: World) -> None:
    """PAY-4: and nothing more can be given back than it leaves."""
    payment = await captured(world)
    payment_id = ids.inside("payment", payment.rpartition("/")[2])
    name = (await world.ledger.payments.get(payment_id)).reference
    report = RefundReport(None, "re_desk", name, 1900, "EUR", RefundSucceeded("re_desk", 1900, "EUR"))
    await world.ledger.refunds.adopt(payment_id, report)
    assert (await refunded(world, payment, {}))[1]["amount"]["minor"] == 99
    body = await (await world.get(f"{payment}/refunds", key=world.key)).json()
    listed = shown.RefundList.model_validate(body)
    assert [(item.origin, item.status, item.amount.minor) for item in listed.items] == [
        ("request", "pending", 99),
        ("provider", "succeeded", 1900),
    ]
    read = await (await world.get(f"/api/v1/refunds/{listed.items[1].id}", key=world.key)).json()
    assert (read["origin"], read["reason"]) == ("provider", None)
