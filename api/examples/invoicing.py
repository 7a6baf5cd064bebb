"""Examples of invoices, credit notes, and how they are issued."""

from typing import Any, Final

from pydantic import BaseModel

from api import invoices_shown as shown
from api.examples.billing import BILLING
from api.examples.paying import CHECKOUT_ID
from api.invoicing import ReplaceInvoicing

_ADDRESS: Final = {
    "country": "DE",
    "street": "Torstraße 1",
    "city": "Berlin",
    "postcode": "10119",
    "region": None,
}
_PREFIXES: Final = {"invoice_prefix": "INV-", "credit_note_prefix": "CN-"}
_NOW: Final = "2026-11-22T10:00:00.123456Z"


def _amounts(gross: int, tax: int = 0) -> dict[str, Any]:
    named = {"gross": gross, "net": gross - tax, "tax": tax}
    return {name: {"minor": minor, "currency": "EUR"} for name, minor in named.items()}


_AT: Final = {"category": "S", "rate": "20"}
_COMMON: Final = {
    "mode": "live",
    "issue_day": "2026-11-22",
    "issuer": {"name": "Ada's Cups GmbH", "address": _ADDRESS, "vat_number": "DE136695976"},
    "buyer": {**BILLING, "customer_type": "consumer", "name": "Grace Hopper", "vat_number": None},
    "mentions": [],
    "tax_country": "FR",
    "created_at": _NOW,
    "updated_at": _NOW,
}
_INVOICE_ID: Final = "inv_7d4f0b9a1c2e4d3f8a6b5c4d3e2f1a0b"
_NOTE: Final = {
    "id": "cn_2c8e6d4b0a1f4e5d9c7b6a5948372615",
    "number": "CN-000007",
    "refund_id": "re_9a3f1c5e7b2d48609e1c3a5f7d9b2e40",
}
_INVOICE: Final[dict[str, Any]] = {
    "id": _INVOICE_ID,
    "object": "invoice",
    "number": "INV-000042",
    **_COMMON,
    "checkout_id": CHECKOUT_ID,
    "payment_id": "pay_0d1c2b3a495867768594a3b2c1d0e9f8",
    "customer_id": None,
    "merchant_reference": "order-4711",
    "supply_day": "2026-11-22",
    "lines": [{"number": 1, "name": "Espresso cups", "quantity": 1, **_AT, **_amounts(1999, 333)}],
    "groups": [{**_AT, **_amounts(1999, 333)}],
    "total": _amounts(1999, 333),
    "rounding": "group",
    "credited": _amounts(500, 83),
    "credit_notes": [{**_NOTE, "total": _amounts(500, 83)}],
    "owed": {"minor": 0, "currency": "EUR"},
    "failed_refund_ids": [],
    "repayments": [],
}
_CREDIT_NOTE: Final[dict[str, Any]] = {
    **_NOTE,
    "object": "credit_note",
    **_COMMON,
    "invoice": {"id": _INVOICE_ID, "number": "INV-000042", "issue_day": "2026-11-22"},
    "lines": [{"number": 1, "name": "Espresso cups", **_AT, **_amounts(500, 83)}],
    "groups": [{**_AT, **_amounts(500, 83)}],
    "total": _amounts(500, 83),
}

INVOICING: Final[dict[type[BaseModel], dict[str, Any]]] = {
    ReplaceInvoicing: {
        "legal_name": "Ada's Cups GmbH",
        "address": {name: text for name, text in _ADDRESS.items() if text is not None},
        **_PREFIXES,
    },
    shown.Invoicing: {
        "object": "invoicing",
        "mode": "live",
        "legal_name": "Ada's Cups GmbH",
        "address": _ADDRESS,
        **_PREFIXES,
        "updated_at": _NOW,
    },
    shown.Invoice: _INVOICE,
    shown.InvoiceList: {"items": [_INVOICE], "next_cursor": None},
    shown.CreditNote: _CREDIT_NOTE,
    shown.CreditNoteList: {"items": [_CREDIT_NOTE], "next_cursor": None},
}
