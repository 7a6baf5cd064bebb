"""Customers over HTTP: made once per key, read by their merchant, and their methods removed."""

from typing import Any

import pytest

from ledger.application import ids
from ledger.domain.values import Mode
from projections.catalogue import CUSTOMERS as CUSTOMER_VIEW
from tests.api.world import ORDER, World, world_in_memory
from tests.support.taxed_examples import GERMAN_RULE, SELLER

CUSTOMERS = "/api/v1/customers"
ADA = {"email": "ada@example.com", "name": "Ada Lovelace"}


async def made(world: World, **headers: str) -> dict[str, Any]:
    answer = await world.post(CUSTOMERS, ADA, key=world.key, **headers)
    assert answer.status == 201, await answer.text()
    body: dict[str, Any] = await answer.json()
    assert answer.headers["Location"] == f"{CUSTOMERS}/{body['id']}"
    return body


async def read(world: World, customer: str) -> dict[str, Any]:
    answer = await world.get(f"{CUSTOMERS}/{customer}", key=world.key)
    body: dict[str, Any] = await answer.json()
    assert answer.status == 200, body
    return body


async def test_a_customer_is_made_once_per_key_and_listed(world: World) -> None:
    """IDEM-1: the same key and body have one effect and one answer."""
    first, again = [await made(world, Idempotency_Key="k") for _ in range(2)]
    assert first == again
    assert (first["email"], first["payment_methods"]) == ("ada@example.com", [])
    assert await world.listed(CUSTOMERS) == [first]


async def test_nobody_else_reads_a_customer(world: World) -> None:
    """SEC: another merchant, and the same in the other mode, find nothing."""
    customer = await made(world)
    _, stranger, _ = await world.another_merchant()
    for key in (stranger, world.live_key):
        assert (await world.get(f"{CUSTOMERS}/{customer['id']}", key=key)).status == 404
        assert (
            await world.client.delete(
                f"{CUSTOMERS}/{customer['id']}/payment_methods/sm_{'0' * 32}",
                headers={"Authorization": f"Bearer {key}"},
            )
        ).status == 404


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"save_payment_method": True}, "body_invalid"),
        ({"customer_id": "cus_1"}, "body_invalid"),
        ({"customer_id": f"cus_{'0' * 32}", "save_payment_method": True}, "customer_unknown"),
    ],
)
async def test_a_checkout_that_saves_for_nobody_is_refused(world: World, changes: dict[str, Any], code: str) -> None:
    """Bad input: a stable code, and nothing appended."""
    before = await world.events()
    answer = await world.post("/api/v1/checkouts", ORDER | changes, key=world.key)
    assert (answer.status, (await answer.json())["code"]) == (422, code)
    assert await world.events() == before


async def test_a_method_is_saved_when_its_payment_succeeded_and_removed_at_a_word() -> None:
    """The page is told that paying is agreeing; the merchant sees what the card is known by, and removes it."""
    async with world_in_memory(consuming=True) as world:
        customer = (await made(world))["id"]
        checkout = await world.checkout(customer_id=customer, save_payment_method=True)
        page = await (await world.get(f"/api/v1/checkouts/{checkout['id']}")).json()
        assert page["save_payment_method"]
        assert "customer_id" not in page
        await world.pay(checkout["id"])
        await world.until(checkout["id"], lambda body: bool(body["status"] == "complete"))
        method = await saved_method(world, customer)
        assert (method["brand"], method["last4"], method["exp_year"]) == ("visa", "4242", 2035)
        path = f"{CUSTOMERS}/{customer}/payment_methods/{method['id']}"
        for _ in range(2):
            answer = await world.client.delete(path, headers={"Authorization": f"Bearer {world.key}"})
            assert (answer.status, (await answer.json())["payment_methods"]) == (200, [])
        missing = f"{CUSTOMERS}/{customer}/payment_methods/sm_{'0' * 32}"
        answer = await world.client.delete(missing, headers={"Authorization": f"Bearer {world.key}"})
        assert (answer.status, (await answer.json())["code"]) == (404, "payment_method_not_saved")


async def test_a_saved_method_is_charged_over_http_once_per_key() -> None:
    """PAY-10, IDEM-1, IDEM-2: accepted, then captured; a key is asked for, since it moves money."""
    async with world_in_memory(consuming=True) as world:
        customer = (await made(world))["id"]
        checkout = await world.checkout(customer_id=customer, save_payment_method=True)
        await world.pay(checkout["id"])
        method = (await saved_method(world, customer))["id"]
        path = f"{CUSTOMERS}/{customer}/payments"
        body = {"amount": {"minor": 4900, "currency": "EUR"}, "payment_method": method}
        without_key = await world.post(path, body, key=world.key)
        assert (await without_key.json())["code"] == "idempotency_key_missing"
        answers = [await world.post(path, body, key=world.key, Idempotency_Key="renewal", Prefer="wait=10")]
        answers.append(await world.post(path, body, key=world.key, Idempotency_Key="renewal", Prefer="wait=10"))
        first, again = [await answer.json() for answer in answers]
        assert [answer.status for answer in answers] == [202, 202]
        assert first == again
        assert (first["status"], first["off_session"], first["customer_id"]) == ("succeeded", True, customer)
        other = body | {"amount": {"minor": 4901, "currency": "EUR"}}
        refused = await world.post(path, other, key=world.key, Idempotency_Key="renewal")
        assert (await refused.json())["code"] == "idempotency_key_reused"
        _, stranger, _ = await world.another_merchant()
        assert (await world.post(path, body, key=stranger, Idempotency_Key="mine")).status == 404


async def test_a_saved_method_is_charged_with_the_tax_of_whom_it_is_billed_to() -> None:
    """TAX-4: said with the charge; where nobody knows whom to bill, nothing is charged, and that is said."""
    async with world_in_memory(consuming=True) as world:
        customer = (await made(world))["id"]
        checkout = await world.checkout(customer_id=customer, save_payment_method=True)
        await world.pay(checkout["id"])
        method = (await saved_method(world, customer))["id"]
        await world.ledger.rulebooks.describe_seller(world.organization_id, Mode.TEST, SELLER)
        await world.ledger.rulebooks.import_rules(world.organization_id, Mode.TEST, [GERMAN_RULE])
        path, before = f"{CUSTOMERS}/{customer}/payments", await world.events()
        body: dict[str, Any] = {"amount": {"minor": 4900, "currency": "EUR"}, "payment_method": method}
        nowhere = {"address": {"country": "DE", "street": "", "city": "Berlin", "postcode": "1"}}
        for billing, code in (({}, "billing_missing"), ({"billing": nowhere}, "address_invalid")):
            answer = await world.post(path, body | billing, key=world.key, Idempotency_Key="renewal")
            assert (await answer.json())["code"] == code
        assert await world.events() == before
        berlin = {"address": {"country": "DE", "street": "Ring 1", "city": "Berlin", "postcode": "10115"}}
        answer = await world.post(path, body | {"billing": berlin}, key=world.key, Idempotency_Key="renewal")
        payment = await answer.json()
        assert answer.status == 202
        merchant = await world.get(f"/api/v1/checkouts/{payment['checkout_id']}", key=world.key)
        assert (await merchant.json())["tax"]["total"]["tax"]["minor"] == 782


async def saved_method(world: World, customer: str) -> dict[str, Any]:
    """Wait until a customer has a payment method, and return it."""
    stream_id = ids.inside("customer", customer)
    found = await world.projections.reader.wait_until(
        CUSTOMER_VIEW, stream_id, lambda document: bool(document.body["payment_methods"]), timeout_s=20
    )
    assert found is not None
    method: dict[str, Any] = (await read(world, customer))["payment_methods"][0]
    return method
