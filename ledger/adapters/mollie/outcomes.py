"""What Mollie's payments, captures and refunds say, in our words."""

from ledger.adapters.wire.answer import Answer, unintelligible
from ledger.adapters.wire.frozen import minor_of
from ledger.application.dispute_report import DisputeReport
from ledger.application.ipn import reading
from ledger.application.ipn.strict_json import Json
from ledger.application.provider import (
    ActionRequired,
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

REDIRECT = "redirect"
BETWEEN = "/"


def outcome_of(answer: Answer) -> Outcome:
    """Return where a payment stands; raise `ProviderUnreachable` for an answer that makes no sense here."""
    match answer.text("status"):
        case "open":
            return _on_mollies_page(answer)
        case "pending":
            return Pending()
        case "paid":
            return _captured(answer)
        case "failed":
            code = answer.text("details", "failureReason") or "failed"
            return Declined(code, answer.text("details", "failureMessage") or "The payment failed.")
        case "canceled" | "expired":
            # The customer left, or stayed away too long: either way nobody can pay it any more.
            return Cancelled()
        case _:
            raise unintelligible(answer)


def reference_of(answer: Answer) -> str:
    """Return the payment's id; raise `ProviderUnreachable` if the answer has none."""
    reference = answer.text("id")
    if reference is None:
        raise unintelligible(answer)
    return reference


def amount_of(body: Json) -> Money | None:
    """Return the amount of a payment or a refund."""
    currency = reading.text(body, "amount", "currency")
    minor = minor_of(reading.text(body, "amount", "value"), currency)
    return None if minor is None or currency is None else Money(minor, currency)


def refund_outcome_of(answer: Answer, refund: Json, reference: str) -> RefundOutcome:
    """Return where a refund stands, which we know as `reference`."""
    match reading.text(refund, "status"):
        case "queued" | "pending" | "processing":
            return RefundPending(reference)
        case "refunded":
            amount = amount_of(refund)
            if amount is None:
                raise unintelligible(answer)
            return RefundSucceeded(reference, amount.minor, amount.currency)
        case "failed":
            return RefundFailed("refund_failed", "The money could not be given back.")
        case "canceled":
            return RefundCancelled()
        case _:
            raise unintelligible(answer)


def refund_report_of(answer: Answer, refund: Json, payment: str) -> RefundReport:
    """Return what a payment says of one of its refunds, which we know as `tr_…/re_…`."""
    refund_id, amount = reading.text(refund, "id"), amount_of(refund)
    if refund_id is None or amount is None:
        raise unintelligible(answer)
    reference = f"{payment}{BETWEEN}{refund_id}"
    outcome = refund_outcome_of(answer, refund, reference)
    claimed = reading.text(refund, "metadata", "refund_id")
    return RefundReport(claimed, reference, payment, amount.minor, amount.currency, outcome)


def dispute_report_of(answer: Answer, chargeback: Json, payment: str) -> DisputeReport:
    """Return what a payment says of a chargeback: the money is gone, unless it was reversed."""
    reference, amount = reading.text(chargeback, "id"), amount_of(chargeback)
    if reference is None or amount is None:
        raise unintelligible(answer)
    reversed_at = reading.text(chargeback, "reversedAt")
    standing = DisputeStanding(
        status=DisputeStatus.LOST if reversed_at is None else DisputeStatus.WON,
        evidence_due_by=None,
        fee_minor=0,
        is_withdrawn=True,
        is_reinstated=reversed_at is not None,
    )
    reason = reading.text(chargeback, "reason", "code") or "general"
    return DisputeReport(reference, payment, amount.minor, amount.currency, reason, standing)


def _on_mollies_page(answer: Answer) -> ActionRequired:
    # Links may be longer than the identifiers that are read elsewhere.
    url = reading.inner(answer.body, "_links", "checkout").get("href")
    if not isinstance(url, str) or not url:
        raise unintelligible(answer)
    return ActionRequired(REDIRECT, "", redirect_url=url)


def _captured(answer: Answer) -> Captured:
    amount = amount_of(answer.body)
    if amount is None:
        raise unintelligible(answer)
    return Captured(reference_of(answer), amount.minor, amount.currency)
