"""Examples of what merchants are told, and where."""

from typing import Any, Final

from pydantic import BaseModel

from api import notifications_shown as shown
from api import schemas as taken
from api.examples.paying import PAYMENT_ID

_ENDPOINT_ID: Final = "we_3c9e1f7a5b2d4c8e9f0a1b2c3d4e5f60"
_ENDPOINT: Final = {
    "id": _ENDPOINT_ID,
    "object": "notification_endpoint",
    "mode": "test",
    "url": "https://shop.example/hooks/payments",
    "types": ["payment.failed", "payment.succeeded"],
    "status": "enabled",
    "disabled_reason": None,
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwq1Zbx2ZpZ0A=",
}
_NOTIFICATION: Final = {
    "id": "ntf_5e8d2b1c4f6a49d7b3e0c1a2f4d6b8e9",
    "object": "notification",
    "mode": "test",
    "type": "payment.succeeded",
    "about": PAYMENT_ID,
    "position": 42,
    "endpoint_id": _ENDPOINT_ID,
    "status": "delivered",
    "reason": None,
    "http_status": 204,
    "created_at": "2026-11-22T10:00:03.123456Z",
    "updated_at": "2026-11-22T10:00:03.654321Z",
}

NOTIFYING: Final[dict[type[BaseModel], dict[str, Any]]] = {
    taken.CreateNotificationEndpoint: {
        "url": "https://shop.example/hooks/payments",
        "types": ["payment.succeeded", "payment.failed"],
    },
    shown.NotificationEndpoint: _ENDPOINT,
    shown.NotificationEndpointList: {"items": [{**_ENDPOINT, "secret": None}], "next_cursor": None},
    shown.Notification: _NOTIFICATION,
    shown.NotificationList: {"items": [_NOTIFICATION], "next_cursor": None},
}
