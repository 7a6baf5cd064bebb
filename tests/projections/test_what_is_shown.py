"""What is shown of checkouts and payments."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson

from ledger.application.views import Document
from ledger.domain.money import Money
from ledger.domain.payment import Payment
from projections import checkout_status, payments
from projections.catalogue import CHECKOUT_STATUS, PAYMENTS
from projections.opening import Projections
from tests.projections.ledger_in_memory import InMemory
from tests.support.examples import CHARGE, CHECKOUT, NOW, ORGANIZATION, OTHER_PAYMENT, PAYMENT, TERMS


async def checkout(projections: Projections) -> Document:
    document = await projections.reader.get(CHECKOUT_STATUS, CHECKOUT)
    assert document is not None
    return document


async def payment(projections: Projections) -> dict[str, Any]:
    document = await projections.reader.get(PAYMENTS, PAYMENT)
    assert document is not None
    return dict(document.body)


async def test_a_checkout_shows_its_terms_and_its_two_statuses(ledger: InMemory, projections: Projections) -> None:
    await ledger.open_checkout(CHECKOUT)
    assert (await checkout(projections)).body == {
        "id": "cs_11111111111111111111111111111111",
        "object": "checkout",
        "mode": "test",
        "status": "open",
        "payment_status": "unpaid",
        "amount": {"minor": 1999, "currency": "EUR"},
        "lines": [
            {
                "name": "Blue shirt",
                "quantity": 1,
                "unit": {"minor": 1999, "currency": "EUR"},
                "tax_category": "standard",
            }
        ],
        "merchant_reference": "order-7",
        "customer_email": "ada@example.com",
        "customer_id": None,
        "save_payment_method": False,
        "automatic_tax": False,
        "tax": None,
        "billing": None,
        "tax_decision": None,
        "success_url": "https://shop.example/thanks",
        "cancel_url": "https://shop.example/cart",
        "metadata": {"cart": "42"},
        "payment_id": None,
        "payment_ids": [],
        "created_at": "2026-01-01T12:00:00.123456Z",
        "expires_at": "2026-01-02T12:00:00.123456Z",
        "updated_at": "2026-01-01T12:00:00.123456Z",
    }


async def test_a_checkout_remembers_each_payment_and_ends_paid(ledger: InMemory, projections: Projections) -> None:
    await ledger.open_checkout(CHECKOUT)
    await ledger.initiate(CHECKOUT, PAYMENT)
    assert (await checkout(projections)).body["status"] == "processing"
    await ledger.decline(PAYMENT)
    assert (await checkout(projections)).body["status"] == "open"
    await ledger.initiate(CHECKOUT, OTHER_PAYMENT)
    await ledger.capture(OTHER_PAYMENT)
    body = (await checkout(projections)).body
    assert (body["status"], body["payment_status"]) == ("complete", "paid")
    first, second = f"pay_{PAYMENT.hex}", f"pay_{OTHER_PAYMENT.hex}"
    assert (body["payment_id"], body["payment_ids"]) == (second, [first, second])


async def test_a_checkout_that_costs_nothing_needs_no_payment(ledger: InMemory, projections: Projections) -> None:
    await ledger.open_checkout(CHECKOUT, replace(TERMS, amount=Money(0, "EUR"), lines=()))
    body = (await checkout(projections)).body
    assert (body["status"], body["payment_status"]) == ("complete", "no_payment_required")


async def test_expiry_is_exact_to_the_second_though_nobody_recorded_it(
    ledger: InMemory, projections: Projections
) -> None:
    """CHK-5."""
    await ledger.open_checkout(CHECKOUT)
    ledger.clock.set(NOW + timedelta(hours=24, microseconds=-1))
    assert (await checkout(projections)).body["status"] == "open"
    ledger.clock.set(NOW + timedelta(hours=24))
    assert (await checkout(projections)).body["status"] == "expired"


async def test_a_checkout_looks_the_same_before_and_after_a_late_record_of_its_expiry(
    ledger: InMemory, projections: Projections
) -> None:
    """CHK-5."""
    await ledger.open_checkout(CHECKOUT)
    ledger.clock.advance(hours=30)
    due = (await checkout(projections)).text
    await ledger.expire(CHECKOUT)
    assert (await checkout(projections)).text == due


async def test_a_checkout_being_paid_does_not_expire(ledger: InMemory, projections: Projections) -> None:
    """CHK-5."""
    await ledger.open_checkout(CHECKOUT)
    await ledger.initiate(CHECKOUT, PAYMENT)
    ledger.clock.advance(hours=25)
    assert (await checkout(projections)).body["status"] == "processing"
    await ledger.decline(PAYMENT)
    assert (await checkout(projections)).body["status"] == "expired"


async def test_a_customer_sees_nothing_that_is_the_merchants(ledger: InMemory, projections: Projections) -> None:
    """CHK-10."""
    await ledger.open_checkout(CHECKOUT)
    await ledger.initiate(CHECKOUT, PAYMENT)
    shown = orjson.dumps(checkout_status.public(await checkout(projections))).decode()
    document = await projections.reader.get(PAYMENTS, PAYMENT)
    assert document is not None
    shown += orjson.dumps(payments.public(document)).decode()
    for secret in (
        "ada@example.com",
        "metadata",
        "order-7",
        "pm_card",
        "acct_1",
        ORGANIZATION.hex,
        "key-1",
        "c0ffee",
    ):
        assert secret not in shown, secret
    assert f"cs_{CHECKOUT.hex}" in shown


async def test_a_merchant_sees_no_internals(ledger: InMemory, projections: Projections) -> None:
    """CHK-10: no payment method, no provider account, no organization, no key."""
    await ledger.open_checkout(CHECKOUT)
    await ledger.initiate(CHECKOUT, PAYMENT)
    shown = str(await payment(projections)) + (await checkout(projections)).text.decode()
    for secret in ("pm_card", "acct_1", ORGANIZATION.hex, "key-1", "c0ffee"):
        assert secret not in shown, secret


async def test_a_payment_shows_the_status_the_outside_knows_and_ours_in_detail(
    ledger: InMemory, projections: Projections
) -> None:
    """CHK-8: an outcome that is not known is never shown as a failure."""
    await ledger.open_checkout(CHECKOUT)
    await ledger.initiate(CHECKOUT, PAYMENT)
    shown = [await payment(projections)]
    for happen in (
        lambda paid: paid.open("pi_1"),
        lambda paid: paid.require_action("three_d_secure"),
        Payment.await_provider,
        lambda paid: paid.lose_sight("timeout"),
        lambda paid: paid.fail("card_declined", "Your card was declined."),
        lambda paid: paid.capture("pi_1", CHARGE.amount),
    ):
        await ledger.fact(PAYMENT, happen)
        shown.append(await payment(projections))
    assert [(each["status"], each["detail"], each["action"], each["failure_code"]) for each in shown] == [
        ("initiated", "initiated", None, None),
        ("pending_provider", "opened", None, None),
        ("pending_provider", "action_required", "three_d_secure", None),
        ("pending_provider", "pending", None, None),
        ("pending_provider", "unknown", None, None),
        ("failed", "failed", None, "card_declined"),
        ("succeeded", "captured", None, None),
    ]


async def test_money_that_came_after_expiry_says_so(ledger: InMemory, projections: Projections) -> None:
    """CHK-6."""
    await ledger.open_checkout(CHECKOUT)
    await ledger.initiate(CHECKOUT, PAYMENT)
    await ledger.fact(PAYMENT, lambda paid: paid.flag_late("expired"))
    shown = await payment(projections)
    assert (shown["late"], shown["after_expiration"]) == (True, True)


async def test_an_amount_that_differs_is_shown_and_is_no_success(ledger: InMemory, projections: Projections) -> None:
    await ledger.open_checkout(CHECKOUT)
    await ledger.initiate(CHECKOUT, PAYMENT)
    await ledger.fact(PAYMENT, lambda paid: paid.capture("pi_1", Money(1, "EUR")))
    shown = await payment(projections)
    assert (shown["status"], shown["reported_amount"]) == ("initiated", {"minor": 1, "currency": "EUR"})


async def test_a_cancelled_payment_failed(ledger: InMemory, projections: Projections) -> None:
    await ledger.open_checkout(CHECKOUT)
    await ledger.initiate(CHECKOUT, PAYMENT)
    await ledger.fact(PAYMENT, lambda paid: paid.cancel("provider"))
    shown = await payment(projections)
    assert (shown["status"], shown["detail"]) == ("failed", "cancelled")
