"""Examples of what providers told us."""

from typing import Any, Final

from pydantic import BaseModel

from api import ipns_shown as shown
from api.examples.paying import PAYMENT_ID

_IPN: Final[dict[str, Any]] = {
    "id": "ipn_7a1f0c3be2d94856a1b7c8d9e0f10213",
    "object": "ipn",
    "mode": "test",
    "status": "applied",
    "reason": None,
    "provider": "stripe",
    "account": "acct_1",
    "type": "payment_intent.succeeded",
    "payment_id": PAYMENT_ID,
    "object_id": "pi_3PqR5t2eZvKYlo2C0aBcDeFg",
    "provider_reference": "pi_3PqR5t2eZvKYlo2C0aBcDeFg",
    "occurred_at": "2026-11-22T10:00:02.000000Z",
    "received_at": "2026-11-22T10:00:03.123456Z",
    "updated_at": "2026-11-22T10:00:03.654321Z",
}

TELLING: Final[dict[type[BaseModel], dict[str, Any]]] = {
    shown.Ipn: _IPN,
    shown.IpnList: {"items": [_IPN], "next_cursor": None},
}
