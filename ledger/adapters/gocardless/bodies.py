"""What GoCardless is asked, made of the strings that were frozen, and the words in which it says no."""

from ledger.adapters.wire.answer import Answer
from ledger.adapters.wire.frozen import one_method
from ledger.application.ipn import reading
from ledger.application.ipn.strict_json import Json

CONFLICT = "idempotent_creation_conflict"


def billing_request(frozen: dict[str, str]) -> Json:
    """Return the body that opens a billing request; a payment method is one of GoCardless's schemes."""
    asked: Json = {
        "description": frozen["payment_id"],
        "amount": int(frozen["amount"]),
        "currency": frozen["currency"],
        "metadata": {"payment_id": frozen["payment_id"]},
    }
    scheme = one_method(frozen)
    return {
        "billing_requests": {
            "payment_request": asked | ({"scheme": scheme[0]} if scheme else {}),
            "metadata": {"payment_id": frozen["payment_id"]},
        }
    }


def flow(reference: str, return_url: str) -> Json:
    """Return the body that asks for the address of GoCardless's page for a billing request."""
    return {
        "billing_request_flows": {
            "redirect_uri": return_url,
            "exit_uri": return_url,
            "links": {"billing_request": reference},
        }
    }


def giving_back(frozen: dict[str, str], payment: str, *, refunded_minor: int) -> Json:
    """Return the body that refunds a payment of which `refunded_minor` went back already.

    GoCardless refuses a sum that differs from its own, so that two refunds never pass each other unseen.
    """
    minor = int(frozen["amount"])
    return {
        "refunds": {
            "amount": minor,
            "total_amount_confirmation": refunded_minor + minor,
            "metadata": {"refund_id": frozen["refund_id"]},
            "links": {"payment": payment},
        }
    }


def code_of(answer: Answer) -> str | None:
    """Return the first reason that GoCardless gives for saying no, or the kind of its error."""
    errors = _errors(answer)
    reason = reading.text(errors[0], "reason") if errors else None
    return reason or answer.text("error", "type")


def made_before(answer: Answer) -> str | None:
    """Return what GoCardless had made under our key before, when that is why it says no."""
    for error in _errors(answer):
        if reading.text(error, "reason") == CONFLICT:
            return reading.text(error, "links", "conflicting_resource_id")
    return None


def _errors(answer: Answer) -> list[Json]:
    return answer.each("error", "errors")
