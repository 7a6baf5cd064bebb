"""Disputes and refunds as Stripe tells them: examples of our own."""

from typing import Any


def dispute(intent: str, status: str = "needs_response", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return a dispute of 19.99 EUR at an intent; nothing in it is ours."""
    return {
        "id": "du_1",
        "object": "dispute",
        "amount": 1999,
        "currency": "eur",
        "payment_intent": intent,
        "charge": "ch_1",
        "reason": "fraudulent",
        "status": status,
        "evidence_details": {"due_by": 1_800_000_000},
        "balance_transactions": [],
        "metadata": {},
        **changes,
    }


TAKEN: list[dict[str, Any]] = [{"amount": -1999, "fee": 1500, "reporting_category": "dispute"}]
"""What a dispute says of its moves once the money was taken."""


def refund(refund_id: str, intent: str, status: str = "succeeded", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a refund of 5.00 EUR that says which of ours it is."""
    return {
        "id": "re_1",
        "object": "refund",
        "amount": 500,
        "currency": "eur",
        "payment_intent": intent,
        "status": status,
        "metadata": {"refund_id": refund_id},
        **changes,
    }
