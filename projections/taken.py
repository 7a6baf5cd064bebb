"""What a payment shows of its captures: how the money is taken, how much was, and how much is still held."""

from collections.abc import Mapping
from typing import Any

from ledger.domain.aggregate import Event
from ledger.domain.charge import CaptureMethod
from ledger.domain.money import Money
from ledger.domain.payment import Payment
from projections.checkout_status import money


def nothing_taken(currency: str, capture_method: CaptureMethod) -> dict[str, Any]:
    """Return what a payment says before anything was taken."""
    nothing = money(Money(0, currency))
    return {"capture_method": capture_method.value, "amount_captured": nothing, "amount_capturable": nothing}


def taken(body: Mapping[str, Any], event: Event) -> dict[str, Any]:
    """Return what changes of a payment's `body` if the event is about money held or taken, nothing otherwise."""
    # A document that was stored by a release that took all at once says nothing of this yet.
    body = {**nothing_taken(body["amount"]["currency"], CaptureMethod.AUTOMATIC), **body}
    held, had = body["amount_capturable"], body["amount_captured"]
    match event:
        case Payment.Authorized(amount=amount):
            return _said(body, held, had, {"minor": amount.minor}, {})
        case Payment.PartiallyCaptured(amount=amount):
            left, all_of_it = held["minor"] - amount.minor, had["minor"] + amount.minor
            return _said(body, held, had, {"minor": left}, {"minor": all_of_it})
        case Payment.Captured(amount=amount):
            return _said(body, held, had, {"minor": 0}, {"minor": had["minor"] + amount.minor})
        case Payment.Cancelled() | Payment.Failed():
            return _said(body, held, had, {"minor": 0}, {})
        case _:
            return {}


def _said(
    body: Mapping[str, Any],
    held: Mapping[str, Any],
    had: Mapping[str, Any],
    now_held: Mapping[str, int],
    now_had: Mapping[str, int],
) -> dict[str, Any]:
    return {
        "capture_method": body["capture_method"],
        "amount_captured": {**had, **now_had},
        "amount_capturable": {**held, **now_held},
    }
