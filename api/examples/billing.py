"""Examples of billing, and of the tax in a price."""

from typing import Any, Final

from pydantic import BaseModel

from api import billing_bodies as taken
from api import billing_shown as shown


def _amounts(gross: int, net: int) -> dict[str, Any]:
    named = {"gross": gross, "net": net, "tax": gross - net}
    return {name: {"minor": minor, "currency": "EUR"} for name, minor in named.items()}


_TAXED: Final = {"category": "AE", "rate": "0", **_amounts(1999, 1999)}
_ADDRESS: Final = {
    "country": "FR",
    "street": "12 rue de la Paix",
    "city": "Paris",
    "postcode": "75002",
    "region": None,
}
TAX: Final[dict[str, Any]] = {
    "standing": "decided",
    "treatment": "reverse_charge",
    "country": "FR",
    "territory": "FR",
    "vat_number": {
        "number": "FR40303265045",
        "status": "valid",
        "stale": False,
        "reason": None,
        "checked_at": "2026-11-22T10:00:00.123456Z",
    },
    "groups": [_TAXED],
    "lines": [_TAXED],
    "total": _amounts(1999, 1999),
}
BILLING: Final[dict[str, Any]] = {
    "customer_type": "business",
    "name": "Atelier Ada SAS",
    "address": _ADDRESS,
    "vat_number": "FR40303265045",
}
TAX_DECISION: Final[dict[str, Any]] = {
    "day": "2026-11-22",
    "customer_type": "business",
    "seller": {"country": "DE", "oss": True, "vat_number": "DE136695976"},
    "rounding": "group",
    "rulebook_version": 12,
    "decisions": [
        {
            "tax_category": "standard",
            "treatment": "reverse_charge",
            "category": "AE",
            "rate": "0",
            "taxed_in": "FR",
            "rule_id": None,
            "steps": [
                "the customer is in FR",
                "that is in the EU's area of VAT on 2026-11-22, and not the seller's country",
                "a business with a valid VAT number: the tax is the customer's to declare (reverse charge)",
            ],
        }
    ],
    "location": [{"kind": "billing_address", "country": "FR"}, {"kind": "vat_number", "country": "FR"}],
    "located": "agreeing",
    "evidence_id": "tev_1b9d5c7e3f2a4860a4c8e6d2b0f19357",
    "consultation_number": "WAPIAAAAY1234567",
}

_EVIDENCE: Final = {
    "id": "tev_1b9d5c7e3f2a4860a4c8e6d2b0f19357",
    "number": "FR40303265045",
    "status": "valid",
    "reason": None,
    "source": "live",
    "checked_at": "2026-11-22T10:00:00.123456Z",
    "requester": "DE136695976",
    "consultation_number": "WAPIAAAAY1234567",
    "answered_on": "2026-11-22+01:00",
    "answer_sha256": "9f2c1a7b" * 8,
}

TAXING: Final[dict[type[BaseModel], dict[str, Any]]] = {
    taken.SetBilling: {
        "customer_type": "business",
        "name": "Atelier Ada SAS",
        "address": {name: text for name, text in _ADDRESS.items() if text is not None},
        "vat_number": "FR 40 303 265 045",
    },
    taken.PreviewTax: {"country": "FR", "postcode": "75002", "vat_number": "FR 40 303 265 045"},
    shown.TaxPreview: {
        "object": "tax_preview",
        "checkout_id": "cs_5f2b7c1de98a4036b1c7d0e4a9f83b62",
        "tax": {**TAX, "standing": "preview"},
    },
    shown.TaxTrail: {
        "object": "tax_trail",
        "checkout_id": "cs_5f2b7c1de98a4036b1c7d0e4a9f83b62",
        "mode": "test",
        "automatic_tax": True,
        "items": [
            {
                "standing": "decided",
                "recorded_at": "2026-11-22T10:00:00.234567Z",
                "event_id": "evt_7a1c3e5b9d2f4860b3d5f7091a2c4e68",
                "position": 40,
                "tax": TAX,
                "decision": TAX_DECISION,
                "evidence": _EVIDENCE,
            }
        ],
    },
}
