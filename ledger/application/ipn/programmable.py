"""What a notification of the programmable provider says about a payment; pure and total."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ledger.application.ipn import reading
from ledger.application.ipn.strict_json import Json, read
from ledger.application.ipn.verdict import Rejected
from ledger.application.provider import ActionRequired, Authorized, Cancelled, Captured, Declined, Outcome, Pending


def of_programmable(raw: bytes) -> Outcome | None:
    """Return what it says, None for a type that says nothing about a payment."""
    event = read(raw)
    if isinstance(event, Rejected):
        return None
    reader = _READERS.get(reading.text(event, "type") or "")
    return None if reader is None else reader(reading.inner(event, "data"))


def _captured(about: Json) -> Outcome | None:
    reference, amount, currency = reading.text(about, "id"), about.get("amount"), reading.text(about, "currency")
    if reference is None or type(amount) is not int or amount < 0 or currency is None:
        return None
    return Captured(reference, amount, currency)


def _authorized(about: Json) -> Outcome | None:
    held, taken = _captured(about), about.get("captured", 0)
    if not isinstance(held, Captured) or type(taken) is not int or taken < 0:
        return None
    return Authorized(held.reference, held.amount_minor, held.currency, taken)


def _declined(about: Json) -> Outcome:
    told = reading.text(about, "message") or "The charge was declined."
    return Declined(reading.text(about, "code") or "declined", told)


_READERS: Final[Mapping[str, Callable[[Json], Outcome | None]]] = MappingProxyType(
    {
        "payment.captured": _captured,
        "payment.declined": _declined,
        "payment.action_required": lambda about: ActionRequired(reading.text(about, "kind") or "unnamed", ""),
        "payment.authorized": _authorized,
        "payment.pending": lambda _about: Pending(),
        "payment.cancelled": lambda _about: Cancelled(),
    }
)
