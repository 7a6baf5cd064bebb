"""One example of everything that goes in and out, for the description; a test holds each to its schema."""

from typing import Any, Final

from pydantic import BaseModel

from api import representations as shown
from api import schemas as taken

_CHECKOUT_ID: Final = "cs_5f2b7c1de98a4036b1c7d0e4a9f83b62"
_PAYMENT_ID: Final = "pay_0d4c92e7b15f48a3a6e1c87f20b9d534"
_REFUND_ID: Final = "re_7a1e60c3f94b4d28905dbe3c61f7a842"
_PRICE: Final = {"minor": 1999, "currency": "EUR"}
_LINE: Final = {"name": "Espresso cups", "quantity": 1, "unit": _PRICE}
_WHEN: Final = {"created_at": "2026-11-22T10:00:00.123456Z", "updated_at": "2026-11-22T10:00:03.654321Z"}
_PROVIDER: Final = {"name": "stripe", "publishable_key": "pk_test_51Habc"}

_SESSION: Final = {
    "id": _CHECKOUT_ID,
    "object": "checkout",
    "mode": "test",
    "status": "complete",
    "payment_status": "paid",
    "amount": _PRICE,
    "lines": [_LINE],
    "success_url": "https://shop.example/thanks",
    "cancel_url": None,
    "payment_id": _PAYMENT_ID,
    "expires_at": "2026-11-23T10:00:00.123456Z",
    **_WHEN,
}
_CHECKOUT: Final = {
    **_SESSION,
    "merchant_reference": "order-4711",
    "customer_email": "ada@example.com",
    "metadata": {"basket": "b-1"},
    "payment_ids": [_PAYMENT_ID],
    "payment_url": f"https://pay.example/checkout/{_CHECKOUT_ID}",
}
_CUSTOMER_PAYMENT: Final = {
    "id": _PAYMENT_ID,
    "object": "payment",
    "mode": "test",
    "checkout_id": _CHECKOUT_ID,
    "status": "succeeded",
    "detail": "captured",
    "amount": _PRICE,
    "action": None,
    "failure_code": None,
    "late": False,
    "after_expiration": False,
    **_WHEN,
}
_PAYMENT: Final = {
    **_CUSTOMER_PAYMENT,
    "provider": "stripe",
    "reported_amount": None,
    "refunded": {"minor": 500, "currency": "EUR"},
    "refund_ids": [_REFUND_ID],
}
_REFUND: Final = {
    "id": _REFUND_ID,
    "object": "refund",
    "mode": "test",
    "payment_id": _PAYMENT_ID,
    "status": "succeeded",
    "detail": "succeeded",
    "amount": {"minor": 500, "currency": "EUR"},
    "reason": "a cup was broken",
    "provider": "stripe",
    "failure_code": None,
    "reported_amount": None,
    **_WHEN,
}

EXAMPLES: Final[dict[type[BaseModel], dict[str, Any]]] = {
    taken.CreateCheckout: {
        "amount": _PRICE,
        "lines": [_LINE],
        "merchant_reference": "order-4711",
        "success_url": "https://shop.example/thanks",
        "customer_email": "ada@example.com",
        "metadata": {"basket": "b-1"},
    },
    taken.CreatePayment: {"payment_method": "pm_card_visa"},
    taken.CreateRefund: {"amount": {"minor": 500, "currency": "EUR"}, "reason": "a cup was broken"},
    shown.Checkout: _CHECKOUT,
    shown.CheckoutAnswer: _CHECKOUT,
    shown.CheckoutList: {"items": [_CHECKOUT], "next_cursor": None},
    shown.CustomerPayment: _CUSTOMER_PAYMENT,
    shown.Payment: _PAYMENT,
    shown.PaymentList: {"items": [_PAYMENT], "next_cursor": "cGF5bWVudHM6NDE"},
    shown.Action: {
        "payment_id": _PAYMENT_ID,
        "kind": "three_d_secure",
        "client_secret": "pi_1_secret_given_by_the_provider",
        "provider": _PROVIDER,
    },
    shown.Refund: _REFUND,
    shown.RefundList: {"items": [_REFUND], "next_cursor": None},
    shown.Health: {"status": "ready", "reasons": []},
}

EVENTS: Final = (
    "retry: 2000\n\n"
    "event: checkout\nid: 41\n"
    f'data: {{"id":"{_CHECKOUT_ID}","object":"checkout","status":"processing", …}}\n\n'
)
"""What a listener reads of an event stream."""
