"""What a payment shows of its disputes: which there were, and which are open."""

from collections.abc import Mapping
from typing import Any, Final

from ledger.application import ids
from ledger.domain.aggregate import Event
from ledger.domain.payment import Payment

UNDISPUTED: Final[Mapping[str, Any]] = {"dispute_ids": [], "open_dispute_ids": []}
"""What a payment says before any dispute."""


def disputed(body: Mapping[str, Any], event: Event) -> dict[str, Any]:
    """Return what changes of a payment's `body` if the event is about a dispute, nothing otherwise."""
    # A document that was stored by a release without disputes says nothing of them yet.
    body = {**UNDISPUTED, **body}
    match event:
        case Payment.DisputeOpened(dispute_id=dispute_id):
            one = ids.outside("dispute", dispute_id)
            return {"dispute_ids": [*body["dispute_ids"], one], "open_dispute_ids": [*body["open_dispute_ids"], one]}
        case Payment.DisputeClosed(dispute_id=dispute_id):
            one = ids.outside("dispute", dispute_id)
            still_open = [each for each in body["open_dispute_ids"] if each != one]
            return {"dispute_ids": body["dispute_ids"], "open_dispute_ids": still_open}
        case _:
            return {}
