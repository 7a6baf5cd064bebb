"""What a payment shows of its refunds: the sum of what is given back or on its way, and which refunds there are."""

from collections.abc import Mapping
from typing import Any

from ledger.application import ids
from ledger.domain.aggregate import Event
from ledger.domain.money import Money
from ledger.domain.payment import Payment
from projections.checkout_status import money


def nothing_refunded(currency: str) -> dict[str, Any]:
    """Return what a payment says before any refund."""
    return {"refunded": money(Money(0, currency)), "refund_ids": []}


def refunded(body: Mapping[str, Any], event: Event) -> dict[str, Any]:
    """Return what changes of a payment's `body` if the event is about a refund, nothing otherwise."""
    # A document that was stored by a release without refunds says nothing of them yet.
    body = {**nothing_refunded(body["amount"]["currency"]), **body}
    match event:
        case Payment.RefundReserved(refund_id=refund_id, amount=amount):
            refund_ids = [*body["refund_ids"], ids.outside("refund", refund_id)]
            return {"refunded": _changed(body, amount.minor), "refund_ids": refund_ids}
        case Payment.RefundReleased(amount=amount):
            return {"refunded": _changed(body, -amount.minor)}
        case _:
            return {}


def _changed(body: Mapping[str, Any], minor: int) -> dict[str, Any]:
    return {**body["refunded"], "minor": body["refunded"]["minor"] + minor}
