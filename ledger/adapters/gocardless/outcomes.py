"""What GoCardless's billing requests, payments and refunds say, in our words."""

from typing import Final

from ledger.adapters.wire.answer import Answer, unintelligible
from ledger.application.dispute_report import DisputeReport
from ledger.application.ipn.strict_json import Json
from ledger.application.provider import (
    Cancelled,
    Captured,
    Declined,
    Outcome,
    Pending,
    RefundCancelled,
    RefundFailed,
    RefundOutcome,
    RefundPending,
    RefundSucceeded,
)
from ledger.application.refund_report import RefundReport
from ledger.domain.disputing import DisputeStanding, DisputeStatus
from ledger.domain.money import Money

REQUESTS: Final = "billing_requests"
FLOWS: Final = "billing_request_flows"
PAYMENTS: Final = "payments"
REFUNDS: Final = "refunds"
_CHARGEBACKS: Final = {
    "charged_back": DisputeStatus.LOST,
    "confirmed": DisputeStatus.WON,
    "paid_out": DisputeStatus.WON,
}


def amount_of(answer: Answer, kind: str) -> Money | None:
    """Return the amount of the payment or refund in an answer."""
    minor, currency = answer.number(kind, "amount"), answer.text(kind, "currency")
    return None if minor is None or currency is None else Money(minor, currency)


def outcome_of_payment(answer: Answer, reference: str) -> Outcome:
    """Return where a payment stands, which we know by its billing request `reference`."""
    match answer.text(PAYMENTS, "status"):
        case "pending_customer_approval" | "pending_submission" | "submitted":
            return Pending()
        case "confirmed" | "paid_out" | "charged_back":
            # What was charged back was taken first; that it went back again is a dispute of its own.
            return _captured(answer, reference)
        case "failed" | "customer_approval_denied" as code:
            return Declined(code, "The bank did not make the payment.")
        case "cancelled":
            return Cancelled()
        case _:
            raise unintelligible(answer)


def refund_outcome_of(answer: Answer) -> RefundOutcome:
    """Return where a refund stands."""
    reference, amount = answer.text(REFUNDS, "id"), amount_of(answer, REFUNDS)
    if reference is None or amount is None:
        raise unintelligible(answer)
    match answer.text(REFUNDS, "status"):
        case "created" | "pending_submission" | "submitted":
            return RefundPending(reference)
        case "paid":
            return RefundSucceeded(reference, amount.minor, amount.currency)
        case "bounced" | "funds_returned" as code:
            return RefundFailed(code, "The money could not be given back.")
        case "cancelled":
            return RefundCancelled()
        case _:
            raise unintelligible(answer)


def refund_report_of(answer: Answer, refund: Json, reference: str) -> RefundReport:
    """Return what GoCardless says of a refund of the payment that we know as `reference`."""
    told = Answer(answer.status, {REFUNDS: refund})
    refund_id, amount, outcome = told.text(REFUNDS, "id"), amount_of(told, REFUNDS), refund_outcome_of(told)
    if refund_id is None or amount is None:
        raise unintelligible(answer)
    claimed = told.text(REFUNDS, "metadata", "refund_id")
    return RefundReport(claimed, refund_id, reference, amount.minor, amount.currency, outcome)


def chargeback_of(answer: Answer, reference: str) -> DisputeReport | None:
    """Return what a payment says of its chargeback: the bank took all of it, or has called that off since.

    A chargeback has no name of its own: it has its payment's. None for a payment that says nothing of it.
    """
    payment, amount = answer.text(PAYMENTS, "id"), amount_of(answer, PAYMENTS)
    if payment is None or amount is None:
        raise unintelligible(answer)
    status = _CHARGEBACKS.get(answer.text(PAYMENTS, "status") or "")
    if status is None:
        return None
    standing = DisputeStanding(
        status=status,
        evidence_due_by=None,
        fee_minor=0,
        is_withdrawn=True,
        is_reinstated=status is DisputeStatus.WON,
    )
    return DisputeReport(payment, reference, amount.minor, amount.currency, "charged_back", standing)


def _captured(answer: Answer, reference: str) -> Captured:
    amount = amount_of(answer, PAYMENTS)
    if amount is None:
        raise unintelligible(answer)
    return Captured(reference, amount.minor, amount.currency)
