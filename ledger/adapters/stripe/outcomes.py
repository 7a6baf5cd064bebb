"""What a PaymentIntent says, in our words."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from stripe import CardError, PaymentIntent

from ledger.application.provider import (
    ActionRequired,
    Authorized,
    Cancelled,
    Captured,
    Declined,
    Outcome,
    Pending,
    ProviderUnreachable,
    Unconfirmed,
)

# Both are how a card asks for 3-D Secure: in the provider's own frame, or by a redirect to the bank.
_THREE_D_SECURE: Final = frozenset({"use_stripe_sdk", "redirect_to_url"})
_MOST_OF_A_MESSAGE: Final = 500


def outcome_of(intent: PaymentIntent) -> Outcome:
    """Return where `intent` stands; raise `ProviderUnreachable` for an answer that makes no sense here."""
    read = _READERS.get(_text(intent, "status"), _unknown)
    return read(intent)


def reference_of(intent: PaymentIntent) -> str:
    """Return the intent's id; raise `ProviderUnreachable` if the answer has none."""
    reference = _text(intent, "id")
    if not reference:
        raise unintelligible(intent)
    return reference


def declined_by(error: CardError) -> Declined:
    """Return the decline that Stripe answers to a confirmation, with status 402."""
    return _declined(error.error, fallback=error.user_message)


def unintelligible(intent: PaymentIntent) -> ProviderUnreachable:
    """Return the error for an answer with status 200 that is not one: whether Stripe acted is unknown."""
    return ProviderUnreachable("The provider's answer makes no sense to us.", status=_text(intent, "status") or None)


def _captured(intent: PaymentIntent) -> Captured:
    received = getattr(intent, "amount_received", None)
    amount = getattr(intent, "amount", None) if received is None else received
    currency = _text(intent, "currency")
    if type(amount) is not int or not currency:
        raise unintelligible(intent)
    return Captured(reference_of(intent), amount, currency.upper())


def _authorized(intent: PaymentIntent) -> Authorized:
    received = getattr(intent, "amount_received", None) or 0
    amount, currency = getattr(intent, "amount", None), _text(intent, "currency")
    held = getattr(intent, "amount_capturable", None)
    if type(amount) is not int or type(received) is not int or not currency:
        raise unintelligible(intent)
    left = held if type(held) is int else amount - received
    return Authorized(reference_of(intent), left, currency.upper(), received)


def _declined_or_untried(intent: PaymentIntent) -> Outcome:
    # We name the payment method when we open an intent, so one that misses it has been tried and refused.
    error = getattr(intent, "last_payment_error", None)
    # The bank wants to see a customer who was away: nobody was charged, and it is confirmed anew for them.
    untried = error is None or _text(error, "code") == "authentication_required"
    return Unconfirmed() if untried else _declined(error)


def _declined(error: object, fallback: str | None = None) -> Declined:
    code = _text(error, "decline_code") or _text(error, "code") or "declined"
    message = _text(error, "message") or fallback or "The charge was declined."
    return Declined(code, message[:_MOST_OF_A_MESSAGE])


def _action_required(intent: PaymentIntent) -> ActionRequired:
    kind = _text(getattr(intent, "next_action", None), "type")
    secret = _text(intent, "client_secret")
    if not kind or not secret:
        raise unintelligible(intent)
    return ActionRequired("three_d_secure" if kind in _THREE_D_SECURE else kind, secret)


def _text(thing: object, name: str) -> str:
    # Answers are the world's: a field may be missing, null, or of another type than the SDK promises.
    value = getattr(thing, name, None)
    return value if isinstance(value, str) else ""


def _unknown(intent: PaymentIntent) -> Outcome:
    raise unintelligible(intent)


_READERS: Final[Mapping[str, Callable[[PaymentIntent], Outcome]]] = MappingProxyType(
    {
        "succeeded": _captured,
        "requires_capture": _authorized,
        "requires_payment_method": _declined_or_untried,
        "requires_confirmation": lambda _intent: Unconfirmed(),
        "requires_action": _action_required,
        "processing": lambda _intent: Pending(),
        "canceled": lambda _intent: Cancelled(),
    }
)
