"""Invoices and credit notes over HTTP: from the payment to what a merchant reads and an auditor checks."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from api import invoices_shown as shown
from cli.verify import verifier_of
from ledger.adapters.memory.clock import SettableClock
from ledger.application import ids
from ledger.application.provider import Captured
from ledger.bootstrap import memory_ports
from tests.api.test_billing import PARIS, billed, selling
from tests.api.test_invoicing import ADA, put
from tests.api.world import World, world_over

INVOICES, NOTES = "/api/v1/invoices", "/api/v1/credit_notes"


@pytest.fixture
async def merchant() -> AsyncIterator[World]:
    """A merchant in Germany that sells by the One-Stop Shop and invoices, with all its consumers at work."""
    async with world_over(memory_ports(SettableClock()), consuming=True) as world:
        await world.settle_in()
        await selling(world)
        await put(world, ADA)
        yield world


async def bought(world: World, *, idempotency_key: str = "pay-1") -> tuple[str, str]:
    """Sell cups for 19.99 EUR to somebody in Paris, and be paid; return the checkout and the payment."""
    checkout = (await world.checkout())["id"]
    await billed(world, checkout, address=PARIS, name="Grace Hopper")
    payment = await world.pay(checkout, idempotency_key=idempotency_key)
    return checkout, payment["id"]


async def some(world: World, path: str, count: int = 1) -> list[dict[str, Any]]:
    """Wait until there are so many documents, and return them."""
    async with asyncio.timeout(20):
        while len(items := await world.listed(path)) < count:  # noqa: ASYNC110  # nobody tells of it
            await asyncio.sleep(0.01)
    return items


async def read(world: World, path: str, key: str | None = None) -> dict[str, Any]:
    answer = await world.get(path, key=key or world.key)
    body: dict[str, Any] = await answer.json()
    return body


async def refunded(world: World, payment: str, minor: int, key: str) -> str:
    body = {"amount": {"minor": minor, "currency": "EUR"}}
    answer = await world.post(f"/api/v1/payments/{payment}/refunds", body, key=world.key, Idempotency_Key=key)
    assert answer.status == 202, await answer.text()
    return str((await answer.json())["id"])


async def test_from_the_payment_to_the_invoice_and_its_credit_notes(merchant: World) -> None:
    """PAY-7, INV-5, TAX-6, EVT-11: and an auditor finds nothing wrong in journal, views and books."""
    checkout, payment = await bought(merchant)
    (invoice,) = await some(merchant, INVOICES)
    shown.Invoice.model_validate(invoice)
    assert (invoice["number"], invoice["checkout_id"], invoice["payment_id"]) == ("INV-000001", checkout, payment)
    assert (invoice["issuer"]["name"], invoice["buyer"]["name"]) == ("Ada's Cups GmbH", "Grace Hopper")
    assert [invoice["total"][name]["minor"] for name in ("gross", "net", "tax")] == [1999, 1666, 333]
    assert invoice["credit_notes"] == []

    refunds = [await refunded(merchant, payment, minor, f"refund-{minor}") for minor in (500, 1499)]
    notes = await some(merchant, NOTES, 2)
    for note in notes:
        shown.CreditNote.model_validate(note)
        assert await read(merchant, f"{NOTES}/{note['id']}") == note
        named = {name: invoice[name] for name in ("id", "number", "issue_day")}
        assert note["invoice"] == named
        assert (note["issuer"], note["buyer"]) == (invoice["issuer"], invoice["buyer"])
    assert {note["refund_id"] for note in notes} == set(refunds)
    credited = await read(merchant, f"{INVOICES}/{invoice['id']}")
    shown.Invoice.model_validate(credited)
    assert credited["credited"] == invoice["total"]
    assert sorted(note["number"] for note in credited["credit_notes"]) == ["CN-000001", "CN-000002"]
    assert {**credited, "credited": None, "credit_notes": None, "updated_at": None} == {
        **invoice,
        "credited": None,
        "credit_notes": None,
        "updated_at": None,
    }
    await _audited(merchant)


async def _audited(merchant: World) -> None:
    balances = (await read(merchant, "/api/v1/balances"))["items"]
    held = {each["account"].partition(":")[0]: each["balance"]["minor"] for each in balances}
    assert (held["tax"], held["revenue"], held["refunds"]) == (0, -1666, 1666)
    verifier = verifier_of(merchant.ledger)
    async for _ in verifier.run():
        pass
    assert verifier.findings == []


async def test_the_tax_that_is_owed_is_on_the_trial_balance(merchant: World) -> None:
    """EVT-11."""
    await bought(merchant)
    await some(merchant, INVOICES)
    answer = await read(merchant, "/api/v1/balances/tax:FR:payable/EUR/entries")
    (entry,) = answer["items"]
    assert (entry["topic"], entry["amount"]["minor"]) == ("invoice.issued", -333)
    assert entry["subject"].startswith("inv_")


async def test_what_was_issued_says_the_same_for_ever(merchant: World) -> None:
    """INV-11: whatever the organization says of itself since; and as of before its credit note, it had none."""
    _, payment = await bought(merchant)
    (invoice,) = await some(merchant, INVOICES)
    known = await merchant.events()
    moved = {**ADA, "legal_name": "Ada's Cups AG", "invoice_prefix": "RE-"}
    assert (await put(merchant, moved))[0] == 200
    await refunded(merchant, payment, 500, "refund-1")
    await some(merchant, NOTES)
    now = await read(merchant, f"{INVOICES}/{invoice['id']}")
    assert (now["number"], now["issuer"], now["lines"]) == (
        invoice["number"],
        invoice["issuer"],
        invoice["lines"],
    )
    assert await read(merchant, f"{INVOICES}/{invoice['id']}?as_of={known}") == invoice


async def test_somebody_elses_documents_are_not_there(merchant: World) -> None:
    """POR-6: another organization's, and the other mode's, are told like those that do not exist."""
    checkout, payment = await bought(merchant)
    (invoice,) = await some(merchant, INVOICES)
    await refunded(merchant, payment, 500, "refund-1")
    (note,) = await some(merchant, NOTES)
    _, stranger, _ = await merchant.another_merchant()
    nothing = {"inv": f"{INVOICES}/inv_{0:032x}", "cn": f"{NOTES}/cn_{0:032x}"}
    for path in (f"{INVOICES}/{invoice['id']}", f"{NOTES}/{note['id']}"):
        missing = nothing[path.rpartition("/")[2].partition("_")[0]]
        answers = [await read(merchant, each, stranger) for each in (path, missing)]
        for answer in answers:
            del answer["request_id"]
        assert answers[0] == answers[1]
        assert (await merchant.get(path, key=merchant.live_key)).status == 404
        assert (await merchant.get(path)).status == 401
    for key in (stranger, merchant.live_key):
        for path in (INVOICES, NOTES, f"{INVOICES}?checkout_id={checkout}"):
            assert (await read(merchant, path, key))["items"] == []


async def test_invoices_are_listed_page_by_page_or_by_their_checkout(merchant: World) -> None:
    bought_here = [await bought(merchant) for _ in range(3)]
    listed = await some(merchant, INVOICES, 3)
    assert {each["checkout_id"] for each in listed} == {checkout for checkout, _ in bought_here}
    first = await read(merchant, f"{INVOICES}?limit=2")
    rest = await read(merchant, f"{INVOICES}?limit=2&cursor={first['next_cursor']}")
    assert [*first["items"], *rest["items"]] == listed
    assert rest["next_cursor"] is None
    found = await read(merchant, f"{INVOICES}?checkout_id={bought_here[1][0]}")
    assert [each["checkout_id"] for each in found["items"]] == [bought_here[1][0]]
    assert (await read(merchant, f"{INVOICES}?checkout_id=cs_{0:032x}"))["items"] == []
    assert (await merchant.get(f"{INVOICES}?checkout_id=order-1", key=merchant.key)).status == 404
    assert (await merchant.get(f"{NOTES}?cursor={first['next_cursor']}", key=merchant.key)).status == 400


async def test_a_merchant_who_says_nothing_of_invoices_has_none(merchant: World) -> None:
    """What is missing is theirs to say; nobody is invoiced in a name that was not given."""
    organization_id, key, _ = await merchant.another_merchant()
    merchant.organization_id, merchant.key = organization_id, key
    await selling(merchant)
    checkout, payment = await bought(merchant)
    await merchant.until(checkout, lambda body: body["payment_status"] == "paid")
    await merchant.apply(ids.inside("payment", payment), Captured("pi_1", 1999, "EUR"))
    assert await merchant.listed(INVOICES) == []
