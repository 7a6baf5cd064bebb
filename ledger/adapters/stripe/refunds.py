"""What a Stripe refund says, in our words."""

from stripe import Refund

from ledger.application.provider import (
    ProviderUnreachable,
    RefundCancelled,
    RefundFailed,
    RefundOutcome,
    RefundPending,
    RefundSucceeded,
)


def refund_outcome_of(refund: Refund) -> RefundOutcome:
    """Return where `refund` stands; raise `ProviderUnreachable` for an answer that makes no sense here."""
    reference = _text(refund, "id")
    match _text(refund, "status"):
        case "succeeded" if reference:
            return _succeeded(refund, reference)
        # With `requires_action` the customer is asked for a bank account, by Stripe itself.
        case "pending" | "requires_action" if reference:
            return RefundPending(reference)
        case "failed":
            code = _text(refund, "failure_reason") or "refund_failed"
            return RefundFailed(code, "The money could not be given back.")
        case "canceled":
            return RefundCancelled()
        case _:
            raise unintelligible(refund)


def unintelligible(refund: Refund) -> ProviderUnreachable:
    """Return the error for an answer with status 200 that is not one: whether Stripe acted is unknown."""
    return ProviderUnreachable("The provider's answer makes no sense to us.", status=_text(refund, "status") or None)


def _succeeded(refund: Refund, reference: str) -> RefundSucceeded:
    amount, currency = getattr(refund, "amount", None), _text(refund, "currency")
    if type(amount) is not int or not currency:
        raise unintelligible(refund)
    return RefundSucceeded(reference, amount, currency.upper())


def _text(thing: object, name: str) -> str:
    # Answers are the world's: a field may be missing, null, or of another type than the SDK promises.
    value = getattr(thing, name, None)
    return value if isinstance(value, str) else ""
