"""How the programmable provider writes outcomes, and how they are read again."""

from ledger.adapters.wire.answer import Answer, unintelligible
from ledger.application.ipn.strict_json import Json
from ledger.application.provider import (
    ActionRequired,
    Authorized,
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
    Unconfirmed,
)


def written(outcome: Outcome) -> Json:
    """Return an intent's standing as it is answered and told."""
    match outcome:
        case Captured(_, amount_minor, currency):
            return {"status": "captured", "amount": amount_minor, "currency": currency}
        case Authorized(_, amount_minor, currency, captured_minor):
            held = {"amount": amount_minor, "currency": currency, "captured": captured_minor}
            return {"status": "authorized", **held}
        case Declined(code, message):
            return {"status": "declined", "code": code, "message": message}
        case ActionRequired(kind=kind):
            return {"status": "action_required", "kind": kind}
        case Pending():
            return {"status": "pending"}
        case Unconfirmed():
            return {"status": "unconfirmed"}
        case Cancelled():
            return {"status": "cancelled"}


def outcome_in(answer: Answer) -> Outcome:
    """Return where an intent stands; raise `ProviderUnreachable` for an answer that makes no sense here."""
    match answer.text("status"):
        case "captured":
            reference, amount, currency = answer.text("id"), answer.number("amount"), answer.text("currency")
            if reference is None or amount is None or currency is None:
                raise unintelligible(answer)
            return Captured(reference, amount, currency)
        case "authorized":
            return _authorized_in(answer)
        case "declined":
            return Declined(answer.text("code") or "declined", answer.text("message") or "The charge was declined.")
        case "action_required":
            secret, url = answer.text("client_secret") or "", answer.text("url")
            return ActionRequired(answer.text("kind") or "redirect", secret, redirect_url=url)
        case "pending":
            return Pending()
        case "unconfirmed":
            return Unconfirmed()
        case "cancelled":
            return Cancelled()
        case _:
            raise unintelligible(answer)


def _authorized_in(answer: Answer) -> Authorized:
    reference, amount, currency = answer.text("id"), answer.number("amount"), answer.text("currency")
    if reference is None or amount is None or currency is None:
        raise unintelligible(answer)
    return Authorized(reference, amount, currency, answer.number("captured") or 0)


def written_refund(outcome: RefundOutcome) -> Json:
    """Return a refund's standing as it is answered and told."""
    match outcome:
        case RefundSucceeded(_, amount_minor, currency):
            return {"status": "succeeded", "amount": amount_minor, "currency": currency}
        case RefundPending():
            return {"status": "pending"}
        case RefundFailed(code, message):
            return {"status": "failed", "code": code, "message": message}
        case RefundCancelled():
            return {"status": "cancelled"}


def refund_outcome_in(answer: Answer) -> RefundOutcome:
    """Return where a refund stands; raise `ProviderUnreachable` for an answer that makes no sense here."""
    reference, amount, currency = answer.text("id"), answer.number("amount"), answer.text("currency")
    match answer.text("status"):
        case "succeeded" if reference is not None and amount is not None and currency is not None:
            return RefundSucceeded(reference, amount, currency)
        case "pending" if reference is not None:
            return RefundPending(reference)
        case "failed":
            return RefundFailed(answer.text("code") or "failed", answer.text("message") or "The refund failed.")
        case "cancelled":
            return RefundCancelled()
        case _:
            raise unintelligible(answer)
