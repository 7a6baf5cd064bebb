"""The strings that are frozen in our events for providers that are asked in JSON, and what is made of them."""

from typing import Final
from urllib.parse import quote

from ledger.application.provider import ProviderRefused
from ledger.domain.charge import CaptureMethod
from ledger.domain.money import EXPONENTS, Money

ANY: Final = "any"
"""The payment method by which customers choose on the provider's page."""

Frozen = dict[str, str]


def opening(
    *, payment_id: str, amount: Money, payment_method: str, capture_method: CaptureMethod, return_url: str
) -> Frozen:
    """Return what opens a payment on a provider's page, from which the customer comes back to `return_url`.

    Money is taken as soon as the customer has paid; to have it held is refused.
    """
    if capture_method is not CaptureMethod.AUTOMATIC:
        raise ProviderRefused("This provider takes the money at once.", provider_code="capture_unsupported")
    return {
        "amount": str(amount.minor),
        "currency": amount.currency,
        "payment_method": payment_method,
        "payment_id": payment_id,
        "return_url": returning(return_url, payment_id),
    }


def returning(return_url: str, payment_id: str) -> str:
    """Return where the customer of a payment comes back to."""
    return return_url.replace("{payment_id}", payment_id)


def refunding(*, refund_id: str, reference: str, amount: Money) -> Frozen:
    """Return what refunds `amount` of the payment `reference`."""
    return {"reference": reference, "amount": str(amount.minor), "currency": amount.currency, "refund_id": refund_id}


def money(frozen: Frozen) -> Money:
    """Return the amount that was frozen."""
    return Money(int(frozen["amount"]), frozen["currency"])


def one_method(frozen: Frozen) -> list[str]:
    """Return the one payment method that was asked for, none if the customer chooses."""
    return [] if frozen["payment_method"] == ANY else [frozen["payment_method"]]


def part(reference: str) -> str:
    """Return `reference` as one part of a path, whatever is in it."""
    return quote(reference, safe="")


def decimal_of(amount: Money) -> str:
    """Return the amount in major units with the currency's decimals: `19.99`, `500`."""
    return str(amount).partition(" ")[0]


def minor_of(text: str | None, currency: str | None) -> int | None:
    """Return the minor units of an amount written with the currency's decimals; None for what is none."""
    if text is None or currency not in EXPONENTS:
        return None
    whole, _, decimals = text.partition(".")
    exact = len(decimals) == EXPONENTS[currency] and ("." in text) == bool(decimals)
    digits = whole + decimals
    return int(digits) if exact and digits.isascii() and digits.isdecimal() else None


def require(*, ours: bool) -> None:
    """Refuse an object that the provider answers to our key and that is not what we asked for."""
    if not ours:
        raise ProviderRefused(provider_code="idempotency_key_reused")
