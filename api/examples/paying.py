"""Examples of checkouts, payments and refunds."""

from typing import Any, Final

from pydantic import BaseModel

from api import order_bodies as ordered
from api import representations as shown
from api import schemas as taken
from api.examples.billing import BILLING, TAX, TAX_DECISION

CHECKOUT_ID: Final = "cs_5f2b7c1de98a4036b1c7d0e4a9f83b62"
PAYMENT_ID: Final = "pay_0d4c92e7b15f48a3a6e1c87f20b9d534"
CUSTOMER_ID: Final = "cus_2e8f4b6d0a1c4793b5d7f9e1c3a50b82"
REFUND_ID: Final = "re_7a1e60c3f94b4d28905dbe3c61f7a842"
DISPUTE_ID: Final = "dp_c41d07ab92e64f6f8d3b50a7e2f16c98"
PRICE: Final = {"minor": 1999, "currency": "EUR"}
_LINE: Final = {"name": "Espresso cups", "quantity": 1, "unit": PRICE, "tax_category": "standard"}
_WHEN: Final = {"created_at": "2026-11-22T10:00:00.123456Z", "updated_at": "2026-11-22T10:00:03.654321Z"}
_PROVIDER: Final = {"name": "stripe", "publishable_key": "pk_test_51Habc"}

_SESSION: Final = {
    "id": CHECKOUT_ID,
    "object": "checkout",
    "mode": "test",
    "status": "complete",
    "payment_status": "paid",
    "amount": PRICE,
    "lines": [_LINE],
    "success_url": "https://shop.example/thanks",
    "cancel_url": None,
    "payment_id": PAYMENT_ID,
    "save_payment_method": True,
    "automatic_tax": True,
    "tax": TAX,
    "expires_at": "2026-11-23T10:00:00.123456Z",
    **_WHEN,
}
_CHECKOUT: Final = {
    **_SESSION,
    "merchant_reference": "order-4711",
    "customer_email": "ada@example.com",
    "customer_id": CUSTOMER_ID,
    "metadata": {"basket": "b-1"},
    "billing": BILLING,
    "tax_decision": TAX_DECISION,
    "payment_ids": [PAYMENT_ID],
    "payment_url": f"https://pay.example/checkout/{CHECKOUT_ID}",
}
_CUSTOMER_PAYMENT: Final = {
    "id": PAYMENT_ID,
    "object": "payment",
    "mode": "test",
    "checkout_id": CHECKOUT_ID,
    "status": "succeeded",
    "detail": "captured",
    "amount": PRICE,
    "action": None,
    "failure_code": None,
    "late": False,
    "after_expiration": False,
    **_WHEN,
}
_PAYMENT: Final = {
    **_CUSTOMER_PAYMENT,
    "customer_id": CUSTOMER_ID,
    "off_session": False,
    "provider": "stripe",
    "reported_amount": None,
    "capture_method": "automatic",
    "amount_captured": PRICE,
    "amount_capturable": {"minor": 0, "currency": "EUR"},
    "refunded": {"minor": 500, "currency": "EUR"},
    "refund_ids": [REFUND_ID],
    "dispute_ids": [DISPUTE_ID],
    "open_dispute_ids": [],
}
_REFUND: Final = {
    "id": REFUND_ID,
    "object": "refund",
    "mode": "test",
    "payment_id": PAYMENT_ID,
    "status": "succeeded",
    "detail": "succeeded",
    "amount": {"minor": 500, "currency": "EUR"},
    "reason": "a cup was broken",
    "origin": "request",
    "provider": "stripe",
    "failure_code": None,
    "reported_amount": None,
    **_WHEN,
}

_DISPUTE: Final = {
    "id": DISPUTE_ID,
    "object": "dispute",
    "mode": "test",
    "payment_id": PAYMENT_ID,
    "status": "won",
    "amount": PRICE,
    "reason": "fraudulent",
    "provider": "stripe",
    "provider_reference": "dp_1Pabc",
    "evidence_due_by": "2026-12-01T23:59:59.000000Z",
    "withdrawn": {"minor": 0, "currency": "EUR"},
    "fee": {"minor": 1500, "currency": "EUR"},
    "fee_returned": {"minor": 1500, "currency": "EUR"},
    **_WHEN,
}

PAYING: Final[dict[type[BaseModel], dict[str, Any]]] = {
    ordered.CreateCheckout: {
        "amount": PRICE,
        "lines": [_LINE],
        "merchant_reference": "order-4711",
        "success_url": "https://shop.example/thanks",
        "customer_email": "ada@example.com",
        "metadata": {"basket": "b-1"},
    },
    taken.CreatePayment: {"payment_method": "pm_card_visa"},
    taken.CapturePayment: {"amount": {"minor": 1500, "currency": "EUR"}, "final": True},
    taken.CancelPayment: {},
    taken.CreateRefund: {"amount": {"minor": 500, "currency": "EUR"}, "reason": "a cup was broken"},
    shown.Checkout: _CHECKOUT,
    shown.CustomerCheckout: {**_SESSION, "provider": _PROVIDER},
    shown.CheckoutAnswer: _CHECKOUT,
    shown.CheckoutList: {"items": [_CHECKOUT], "next_cursor": None},
    shown.CustomerPayment: _CUSTOMER_PAYMENT,
    shown.Payment: _PAYMENT,
    shown.PaymentList: {"items": [_PAYMENT], "next_cursor": "cGF5bWVudHM6NDE"},
    shown.Action: {
        "payment_id": PAYMENT_ID,
        "kind": "three_d_secure",
        "client_secret": "pi_1_secret_given_by_the_provider",
        "redirect_url": None,
        "provider": _PROVIDER,
    },
    shown.Refund: _REFUND,
    shown.Dispute: _DISPUTE,
    shown.DisputeList: {"items": [_DISPUTE], "next_cursor": None},
    shown.RefundList: {"items": [_REFUND], "next_cursor": None},
    shown.AttemptList: {"items": [_PAYMENT], "next_cursor": None},
}
