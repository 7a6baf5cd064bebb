"""What Stripe's events say, in the words of the provider port."""

import pytest

from ledger.application.ipn.statement import of_stripe
from ledger.application.provider import ActionRequired, Authorized, Cancelled, Captured, Declined, Outcome, Pending
from tests.support.stripe_ipns import charge, intent, told

TAKEN = Captured("pi_1", 1999, "EUR")
HELD = {"amount_capturable": 1499, "amount_received": 500}
ASKED = {"next_action": {"type": "use_stripe_sdk"}}
REFUSED = {"last_payment_error": {"code": "card_declined", "decline_code": "lost_card", "message": "No."}}


@pytest.mark.parametrize(
    ("kind", "about", "said"),
    [
        ("payment_intent.succeeded", intent("pay_1", "pi_1"), TAKEN),
        ("charge.succeeded", charge("pay_1", "pi_1"), TAKEN),
        ("charge.succeeded", charge("pay_1", "", payment_intent={"id": "pi_1"}), TAKEN),
        ("charge.succeeded", charge("pay_1", "pi_1", captured=False), None),
        ("charge.succeeded", charge("pay_1", "", payment_intent=None), None),
        (
            "payment_intent.amount_capturable_updated",
            intent("pay_1", "pi_1", **HELD),
            Authorized("pi_1", 1499, "EUR", 500),
        ),
        ("payment_intent.amount_capturable_updated", intent("pay_1", "pi_1", amount_capturable=0), None),
        ("payment_intent.amount_capturable_updated", intent("pay_1", "pi_1", amount_capturable="9"), None),
        ("payment_intent.payment_failed", intent("pay_1", "pi_1", **REFUSED), Declined("lost_card", "No.")),
        (
            "payment_intent.payment_failed",
            intent("pay_1", "pi_1"),
            Declined("declined", "The charge was declined."),
        ),
        ("payment_intent.requires_action", intent("pay_1", "pi_1", **ASKED), ActionRequired("three_d_secure", "")),
        ("payment_intent.processing", intent("pay_1", "pi_1"), Pending()),
        ("payment_intent.canceled", intent("pay_1", "pi_1"), Cancelled()),
        ("payment_intent.succeeded", intent("pay_1", "pi_1", amount_received=19.99), None),
        ("payment_intent.succeeded", intent("pay_1", "pi_1", amount_received=True), None),
        ("payment_intent.succeeded", intent("pay_1", "pi_1", currency=None), None),
        ("payment_intent.created", intent("pay_1", "pi_1"), None),
        ("customer.created", {"id": "cus_1"}, None),
    ],
)
def test_an_event_says(kind: str, about: dict[str, object], said: Outcome | None) -> None:
    """IPN-10, IPN-15, IPN-16."""
    assert of_stripe(told(kind, about)) == said


@pytest.mark.parametrize("raw", [b"", b"{", b"{}", b'{"type":1}', b'{"type":"payment_intent.succeeded","data":7}'])
def test_anything_else_says_nothing(raw: bytes) -> None:
    assert of_stripe(raw) is None
