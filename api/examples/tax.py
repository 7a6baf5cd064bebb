"""Examples of rules of tax, and of how an organization sells."""

from typing import Any, Final

from pydantic import BaseModel

from api import tax_shown as shown
from api.tax_schemas import CreateTaxRule, EndTaxRule, ReplaceTaxSettings

_SAID: Final[dict[str, Any]] = {
    "country": "PT",
    "territory": "PT-20",
    "customer": None,
    "product": "reduced",
    "treatment": "S",
    "rate": "9",
    "valid_from": "2021-07-01",
    "valid_until": None,
}
_RULE: Final[dict[str, Any]] = {
    "id": "txr_6f1e5b0c9a3d4872b1c2d3e4f5061728",
    "object": "tax_rule",
    "mode": "live",
    **_SAID,
    "created_at": "2026-11-22T10:00:00.123456Z",
    "ended_at": None,
}
_SELLER: Final[dict[str, Any]] = {
    "country": "DE",
    "oss": True,
    "vat_number": "DE136695976",
    "time_zone": "Europe/Berlin",
    "rounding": "group",
}

TAX: Final[dict[type[BaseModel], dict[str, Any]]] = {
    CreateTaxRule: {name: value for name, value in _SAID.items() if value is not None},
    EndTaxRule: {"valid_until": "2027-01-01"},
    ReplaceTaxSettings: _SELLER,
    shown.TaxRule: _RULE,
    shown.TaxRuleList: {"items": [_RULE], "next_cursor": None},
    shown.TaxSettings: {
        "object": "tax_settings",
        "mode": "live",
        **_SELLER,
        "updated_at": "2026-11-22T10:00:00.123456Z",
    },
}
