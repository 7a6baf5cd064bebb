"""Stripe's refunds, as notifications have them (docs.stripe.com/api/refunds/object)."""

from dataclasses import dataclass

from ledger.application.ipn import reading
from ledger.application.ipn.strict_json import Json
from ledger.application.provider import (
    RefundCancelled,
    RefundFailed,
    RefundOutcome,
    RefundPending,
    RefundSucceeded,
)


@dataclass(frozen=True, slots=True)
class RefundSaid:
    """What a notification says of a refund: which of ours it claims to be (`re_…`, None if none), and its outcome."""

    claimed_refund: str | None
    reference: str
    outcome: RefundOutcome


def refund_in(about: Json) -> RefundSaid | None:
    """Return what a refund object says, None if it cannot be understood."""
    reference, currency, amount = reading.text(about, "id"), reading.text(about, "currency"), about.get("amount")
    if reference is None or currency is None or type(amount) is not int:
        return None
    outcome: RefundOutcome
    match reading.text(about, "status"):
        case "succeeded":
            outcome = RefundSucceeded(reference, amount, currency.upper())
        case "pending" | "requires_action":
            outcome = RefundPending(reference)
        case "failed":
            outcome = RefundFailed(reading.text(about, "failure_reason") or "refund_failed", "The refund failed.")
        case "canceled":
            outcome = RefundCancelled()
        case _:
            return None
    return RefundSaid(reading.text(about, "metadata", "refund_id"), reference, outcome)
