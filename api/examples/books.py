"""Examples of balances and of the entries of an account."""

from typing import Any, Final

from pydantic import BaseModel

from api import books_shown as shown
from api.examples.paying import PAYMENT_ID, PRICE

_CLEARING: Final = "provider:stripe:clearing"

BOOKS: Final[dict[type[BaseModel], dict[str, Any]]] = {
    shown.Balances: {
        "object": "balances",
        "mode": "test",
        "position": 41,
        "items": [
            {"account": "customers:receivable", "balance": {"minor": -1999, "currency": "EUR"}, "entries": 1},
            {"account": _CLEARING, "balance": PRICE, "entries": 1},
        ],
        "totals": [{"currency": "EUR", "debit_minor": 1999, "credit_minor": 1999, "difference_minor": 0}],
    },
    shown.EntryList: {
        "items": [
            {
                "object": "entry",
                "account": _CLEARING,
                "position": 41,
                "number": 1,
                "recorded_at": "2026-11-22T10:00:03.654321Z",
                "event_id": "evt_3c9e5f7a12b84d60a7f1e2c3b4d5a697",
                "topic": "payment.captured",
                "subject": PAYMENT_ID,
                "amount": PRICE,
                "balance": PRICE,
                "postings": [
                    {"account": _CLEARING, "minor": 1999},
                    {"account": "customer:5f2b7c1de98a4036b1c7d0e4a9f83b62:receivable", "minor": -1999},
                ],
            }
        ],
        "next_cursor": None,
    },
}
