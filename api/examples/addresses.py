"""An example of how addresses are written in a country."""

from typing import Any, Final

from pydantic import BaseModel

from api import addresses_shown as shown


def _field(name: str, label: str, longest: int, **more: object) -> dict[str, Any]:
    usual: dict[str, Any] = {"required": True, "max_lines": 1, "pattern": None, "example": None, "choices": []}
    return {"name": name, "label": label, "max_length": longest, **usual, **more}


_CHOICES: Final = [
    {"value": "NSW", "names": ["New South Wales"]},
    {"value": "VIC", "names": ["Victoria"]},
]

ADDRESSES: Final[dict[type[BaseModel], dict[str, Any]]] = {
    shown.AddressFormat: {
        "object": "address_format",
        "country": "AU",
        "fields": [
            _field("street", "street", 255, max_lines=4),
            _field("city", "suburb", 100),
            _field("region", "state", 100, choices=_CHOICES),
            _field("postcode", "postal", 20, pattern="\\d{4}", example="2060"),
        ],
    },
}
