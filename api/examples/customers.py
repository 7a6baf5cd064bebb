"""Examples of customers and what is kept for them."""

from typing import Any, Final

from pydantic import BaseModel

from api import customers_shown as shown
from api import order_bodies as ordered
from api import schemas as taken
from api.examples.paying import CUSTOMER_ID, PAYMENT_ID

SAVED_METHOD_ID: Final = "sm_b7d3c1a94e0f4f5c8a26d1e97c40f358"
_CUSTOMER: Final = {
    "id": CUSTOMER_ID,
    "object": "customer",
    "mode": "test",
    "email": "ada@example.com",
    "name": "Ada Lovelace",
    "payment_methods": [
        {
            "id": SAVED_METHOD_ID,
            "object": "payment_method",
            "provider": "stripe",
            "brand": "visa",
            "last4": "4242",
            "exp_month": 12,
            "exp_year": 2035,
            "payment_id": PAYMENT_ID,
            "consented_at": "2026-11-22T10:00:01.123456Z",
        }
    ],
    "created_at": "2026-11-22T09:59:00.123456Z",
    "updated_at": "2026-11-22T10:00:03.654321Z",
}

CUSTOMERS: Final[dict[type[BaseModel], dict[str, Any]]] = {
    taken.CreateCustomer: {"email": "ada@example.com", "name": "Ada Lovelace"},
    ordered.ChargeCustomer: {
        "amount": {"minor": 1999, "currency": "EUR"},
        "payment_method": SAVED_METHOD_ID,
        "merchant_reference": "order-4712",
        "metadata": {"basket": "b-2"},
        "lines": [{"name": "Blue shirt", "quantity": 1, "unit": {"minor": 1999, "currency": "EUR"}}],
        "billing": {
            "address": {"country": "DE", "street": "Hauptstraße 1", "city": "Berlin", "postcode": "10115"},
        },
    },
    shown.Customer: _CUSTOMER,
    shown.CustomerList: {"items": [_CUSTOMER], "next_cursor": None},
}
