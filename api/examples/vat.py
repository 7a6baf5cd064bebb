"""Examples of what is told of VAT numbers and member states."""

from typing import Any, Final

from pydantic import BaseModel

from api import vat_shown as shown

_SPAIN: Final[dict[str, Any]] = {
    "object": "vat_member",
    "country": "ES",
    "prefix": "ES",
    "date": "2026-11-22",
    "member": True,
    "goods_only": False,
    "since": "1986-01-01",
    "until": None,
    "territories": [
        {"key": "ES-CE", "name": "Ceuta", "in_vat_area": False},
        {"key": "ES-ML", "name": "Melilla", "in_vat_area": False},
        {"key": "ES-CN", "name": "Canary Islands", "in_vat_area": False},
    ],
    "vies": {"status": "answering", "observed_at": "2026-11-22T10:00:00.123456Z"},
}

VAT: Final[dict[type[BaseModel], dict[str, Any]]] = {
    shown.VatValidation: {
        "object": "vat_validation",
        "vat": "EL094259216",
        "country": "EL",
        "number": "094259216",
        "status": "unknown",
        "reason": "ms_unavailable",
        "source": "live",
        "checked_at": "2026-11-22T10:00:00.123456Z",
    },
    shown.VatMember: _SPAIN,
    shown.VatMembers: {"date": "2026-11-22", "items": [_SPAIN]},
}
