"""Examples of what was mailed."""

from typing import Any, Final

from pydantic import BaseModel

from api import mails_shown as shown
from api.examples.paying import PAYMENT_ID

_MAIL: Final[dict[str, Any]] = {
    "id": "ml_7c1e5a9d3b2f4e68a0c4d2b6f8e1a3c5",
    "object": "mail",
    "mode": "test",
    "about": PAYMENT_ID,
    "to": "a…@example.com",
    "subject": "Please confirm your payment to Shirts & Co",
    "status": "sent",
    "reason": None,
    "created_at": "2026-11-22T10:00:03.123456Z",
    "updated_at": "2026-11-22T10:00:03.654321Z",
}

MAILING: Final[dict[type[BaseModel], dict[str, Any]]] = {
    shown.Mail: _MAIL,
    shown.MailList: {"items": [_MAIL], "next_cursor": None},
}
