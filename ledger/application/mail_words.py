"""The words of the mails to customers and merchants, in plain text."""

from collections.abc import Mapping
from typing import Final

from ledger.domain.money import EXPONENTS, Money

WHY_DISABLED: Final[Mapping[str, str]] = {
    "gone": "It answered 410 Gone, by which an address says that it wants nothing any more.",
    "exhausted": "Nothing got through to it in days, however often it was tried.",
}
"""Why an endpoint was disabled without its merchant having asked for it, by reason."""


def one_line(name: str) -> str:
    """Return a name that may have been given with a line break in it as a subject can have it."""
    return " ".join(name.split())


def asking_to_act(name: str, amount: Money, link: str) -> str:
    """Ask the customer of `name` to act on the page at `link`."""
    return (
        f"{name} wants to charge {_spelled(amount)} to a payment method that you saved with them.\n"
        f"Your bank asks you to confirm this payment. You can do so here, for the next 23 hours:\n\n"
        f"    {link}\n\n"
        f"You are not charged unless you confirm it.\n"
    )


def endpoint_disabled(name: str, *, mode: str, url: str, endpoint_id: str, reason: str) -> str:
    """Tell the merchant `name` that nothing is sent to their endpoint any more."""
    return (
        f"{name} is no longer told what happens in {mode} mode at\n\n"
        f"    {url}\n\n"
        f"{WHY_DISABLED[reason]}\n"
        f"The endpoint {endpoint_id} is disabled, and nothing is sent to it until you enable it again:\n\n"
        f"    POST /api/v1/notification_endpoints/{endpoint_id}/enable\n\n"
        f"What happens meanwhile is not sent later by itself. GET /api/v1/notifications?endpoint_id={endpoint_id}\n"
        f"lists what did not get through; each of these can be sent once more.\n"
    )


def _spelled(amount: Money) -> str:
    digits = EXPONENTS[amount.currency]
    whole, part = divmod(amount.minor, 10**digits)
    return f"{whole}.{part:0{digits}d} {amount.currency}" if digits else f"{whole} {amount.currency}"
