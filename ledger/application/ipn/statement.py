"""What one event of a provider says about a payment, in the words of the provider port; pure and total."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from ledger.application.dispute_report import DisputeReport
from ledger.application.ipn import reading
from ledger.application.ipn.hosted import of_adyen, of_gocardless, of_mollie
from ledger.application.ipn.programmable import of_programmable
from ledger.application.ipn.strict_json import Json, read
from ledger.application.ipn.stripe_disputes import dispute_in
from ledger.application.ipn.stripe_refunds import refund_in
from ledger.application.ipn.verdict import Rejected
from ledger.application.provider import (
    ActionRequired,
    Authorized,
    Cancelled,
    Captured,
    Declined,
    Outcome,
    Pending,
    Unconfirmed,
)
from ledger.application.refund_report import RefundReport

Said = Outcome | RefundReport | DisputeReport
Read = Callable[[Json], Said | None]

_THREE_D_SECURE: Final = frozenset({"use_stripe_sdk", "redirect_to_url"})
_MOST_OF_A_MESSAGE: Final = 500


def of_stripe(raw: bytes) -> Said | None:
    """Return what a Stripe event says, None for a type or an object that says nothing we understand.

    `charge.succeeded` says the same as its intent's `payment_intent.succeeded` (IPN-10).
    """
    event = read(raw)
    if isinstance(event, Rejected):
        return None
    reader = _STRIPE.get(reading.text(event, "type") or "")
    return None if reader is None else reader(reading.inner(event, "data", "object"))


def _intent_captured(intent: Json) -> Outcome | None:
    return _captured(reading.text(intent, "id"), intent, "amount_received")


def _charge_captured(charge: Json) -> Outcome | None:
    # A charge that is only authorized succeeds, too, but takes no money yet.
    if reading.flag(charge, "captured") is not True:
        return None
    intent = reading.text(charge, "payment_intent") or reading.text(charge, "payment_intent", "id")
    return _captured(intent, charge, "amount_captured")


def _captured(reference: str | None, about: Json, received: str) -> Outcome | None:
    amount = about.get(received, about.get("amount"))
    currency = reading.text(about, "currency")
    if reference is None or type(amount) is not int or amount < 0 or currency is None:
        return None
    return Captured(reference, amount, currency.upper())


def _authorized(intent: Json) -> Outcome | None:
    reference, currency = reading.text(intent, "id"), reading.text(intent, "currency")
    held, taken = intent.get("amount_capturable"), intent.get("amount_received", 0)
    if reference is None or currency is None or type(held) is not int or type(taken) is not int or held < 1:
        return None
    return Authorized(reference, held, currency.upper(), taken)


def _declined(intent: Json) -> Outcome:
    error = reading.inner(intent, "last_payment_error")
    if reading.text(error, "code") == "authentication_required":
        # The bank wants to see a customer who was away. Nothing has ended; the provider says where it stands.
        return Unconfirmed()
    code = reading.text(error, "decline_code") or reading.text(error, "code") or "declined"
    message = error.get("message")
    told = message if isinstance(message, str) and message else "The charge was declined."
    return Declined(code, told[:_MOST_OF_A_MESSAGE])


def _action_required(intent: Json) -> Outcome:
    kind = reading.text(intent, "next_action", "type") or "unnamed"
    # The secret is for the customer's page, which asks the provider for it.
    return ActionRequired("three_d_secure" if kind in _THREE_D_SECURE else kind, "")


def _withdrawn(about: Json) -> DisputeReport | None:
    said = dispute_in(about)
    return said and replace(said, standing=replace(said.standing, is_withdrawn=True))


def _reinstated(about: Json) -> DisputeReport | None:
    said = dispute_in(about)
    return said and replace(said, standing=replace(said.standing, is_reinstated=True))


_STRIPE: Final[Mapping[str, Read]] = MappingProxyType(
    {
        "payment_intent.succeeded": _intent_captured,
        "charge.succeeded": _charge_captured,
        "payment_intent.payment_failed": _declined,
        "payment_intent.requires_action": _action_required,
        "payment_intent.amount_capturable_updated": _authorized,
        "refund.created": refund_in,
        "refund.updated": refund_in,
        "refund.failed": refund_in,
        "charge.refund.updated": refund_in,
        "charge.dispute.created": dispute_in,
        "charge.dispute.updated": dispute_in,
        "charge.dispute.closed": dispute_in,
        "charge.dispute.funds_withdrawn": _withdrawn,
        "charge.dispute.funds_reinstated": _reinstated,
        "payment_intent.processing": lambda _intent: Pending(),
        "payment_intent.canceled": lambda _intent: Cancelled(),
    }
)

TYPE_UNKNOWN: Final = "type_unknown"
"""Why nothing follows from an event that says nothing this release understands."""

STATEMENTS: Final[Mapping[str, Callable[[bytes], Said | None]]] = MappingProxyType(
    {
        "stripe": of_stripe,
        "adyen": of_adyen,
        "mollie": of_mollie,
        "gocardless": of_gocardless,
        "programmable": of_programmable,
    }
)
"""By the provider's name: only of these are notifications taken."""
