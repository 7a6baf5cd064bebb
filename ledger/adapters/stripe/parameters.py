"""The exact strings that open a PaymentIntent: the least that names the payment, and nothing that may vary."""

from collections.abc import Mapping
from typing import Final

from ledger.domain.charge import CaptureMethod
from ledger.domain.money import Money

API_VERSION: Final = "2026-06-24.dahlia"
"""The version these parameters are written for, whichever the SDK would send by itself.

An upgrade of the SDK must not change a retry. And from 2026-09-30.endive Stripe refuses `payment_method_types`
(https://docs.stripe.com/changelog/endive); without it an intent takes whatever the merchant's dashboard offers, and
then confirmation asks for a `return_url`. Its successor is `allowed_payment_method_types`.
"""


def opening(*, payment_id: str, amount: Money, payment_method: str, capture_method: CaptureMethod) -> dict[str, str]:
    """Return the form fields, in the order they are sent; the intent is confirmed by a call of its own.

    `metadata[payment_id]` carries our id on every object that Stripe makes of the intent.
    """
    return {
        "amount": str(amount.minor),
        "currency": amount.currency.lower(),
        "payment_method": payment_method,
        "payment_method_types[0]": "card",
        "capture_method": capture_method.value,
        "metadata[payment_id]": payment_id,
    }


KEEP_FOR: Final = "keep_for"
"""Our customer, of whom Stripe knows nothing yet: frozen with the fields, and turned into Stripe's own customer."""


def keeping(fields: Mapping[str, str], *, customer_id: str, held_by: str | None) -> dict[str, str]:
    """Return the form fields of an intent whose payment method Stripe keeps once it was charged.

    `setup_future_usage` has Stripe ask for what later charges in the customer's absence need, and attach the method.
    """
    whose = {KEEP_FOR: customer_id} if held_by is None else {"customer": held_by}
    return {**fields, "setup_future_usage": "off_session", **whose}


def charging_kept(fields: Mapping[str, str], *, held_by: str) -> dict[str, str]:
    """Return the form fields of an intent that is paid with a method kept for Stripe's customer `held_by`."""
    return {**fields, "customer": held_by}


def refunding(*, refund_id: str, reference: str, amount: Money) -> dict[str, str]:
    """Return the form fields that refund `amount` of the intent `reference`, in the order they are sent."""
    return {"payment_intent": reference, "amount": str(amount.minor), "metadata[refund_id]": refund_id}


def capturing(*, amount: Money, final: bool) -> dict[str, str]:
    """Return the form fields that take `amount` of what an intent holds; the rest is let go of if it is `final`.

    `final_capture` is sent only where something is to stay held, since most accounts are not set up to know it.
    """
    fields = {"amount_to_capture": str(amount.minor)}
    return fields if final else {**fields, "final_capture": "false"}
