"""Examples of what waits for a person."""

from typing import Any, Final

from pydantic import BaseModel

from api import reviews_shown as shown
from api.examples.paying import PAYMENT_ID

_REVIEW: Final[dict[str, Any]] = {
    "id": "rv_2d9c61b07f3e5a48b1c7d8e9f0a1b2c3",
    "object": "review",
    "mode": "test",
    "status": "open",
    "reason": "outcome_unknown",
    "subject": PAYMENT_ID,
    "work_item": "41:ask_on_outcome_unknown",
    "detail": "outcome_still_unknown: The provider could not tell for days what became of this payment.",
    "times_raised": 1,
    "resolution": None,
    "note": None,
    "closed_by": None,
    "created_at": "2026-11-25T10:00:03.123456Z",
    "updated_at": "2026-11-25T10:00:03.123456Z",
}

REVIEWING: Final[dict[type[BaseModel], dict[str, Any]]] = {
    shown.Review: _REVIEW,
    shown.ReviewList: {"items": [_REVIEW], "next_cursor": None},
}
