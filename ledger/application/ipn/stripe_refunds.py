"""Stripe's refunds, as notifications have them (docs.stripe.com/api/refunds/object)."""

from ledger.application.ipn import reading
from ledger.application.ipn.strict_json import Json
from ledger.application.provider import (
    RefundCancelled,
    RefundFailed,
    RefundOutcome,
    RefundPending,
    RefundSucceeded,
)
from ledger.application.refund_report import RefundReport


def refund_in(about: Json) -> RefundReport | None:
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
    intent = reading.text(about, "payment_intent") or reading.text(about, "payment_intent", "id")
    claimed = reading.text(about, "metadata", "refund_id")
    return RefundReport(claimed, reference, intent, amount, currency.upper(), outcome)
