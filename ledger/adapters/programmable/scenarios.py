"""What can be chosen: by the payment method, or by the amount when the method is `pm_by_amount`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ledger.adapters.memory.mishaps import CARDS, Card, Ending

BY_AMOUNT: Final = "pm_by_amount"


class Delivery(StrEnum):
    """How an intent's notifications are sent."""

    ONCE = "once"
    TWICE = "twice"
    LATE = "late"  # after the delay the provider was started with
    BACKWARDS = "backwards"  # all at the end, the last one first
    HELD = "held"  # not until somebody asks for them, in the order they ask for
    NEVER = "never"


class Dispute(StrEnum):
    """How a dispute ends."""

    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One choice: how the charge ends and which calls go wrong (`card`), and what happens by itself afterwards.

    After the delay a pending charge `settles` (or fails), a refund fails, a dispute is opened and then decided. A
    confirmation may answer only after the delay.
    """

    card: Card
    summary: str
    settles: bool | None = None
    refunds_fail: bool = False
    dispute: Dispute | None = None
    answers_late: bool = False
    delivery: Delivery = Delivery.ONCE


_TAKEN: Final = Card(Ending.SUCCESS)
_DEBIT: Final = Card(Ending.PENDING)

# What the provider in memory offers is offered here, too: these are one idea.
_SHARED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pm_card_visa": "succeeds",
        "pm_card_declined": "is declined: card_declined",
        "pm_card_three_d_secure": "needs action: the customer decides on the provider's page",
        "pm_sepa_debit": "stays pending",
        "pm_lost_before": "times out before charging, once",
        "pm_lost_after": "times out after charging, once",
        "pm_lookup_away": "charges and fails for ever under its key; then the look-up is away, once",
        "pm_busy": "asks to come back later, once",
    }
)
_DECLINES: Final = ("insufficient_funds", "expired_card", "lost_card", "do_not_honor", "incorrect_cvc")

SCENARIOS: Final[Mapping[str, Scenario]] = MappingProxyType(
    {token: Scenario(CARDS[token], summary) for token, summary in _SHARED.items()}
    | {
        f"pm_declined_{code}": Scenario(Card(Ending.DECLINED, code=code), f"is declined: {code}")
        for code in _DECLINES
    }
    | {
        "pm_debit_settles": Scenario(_DEBIT, "stays pending, then succeeds", settles=True),
        "pm_debit_fails": Scenario(_DEBIT, "stays pending, then fails", settles=False),
        "pm_answers_late": Scenario(_TAKEN, "charges at once and answers late", answers_late=True),
        "pm_refund_fails_later": Scenario(_TAKEN, "succeeds; its refunds succeed, then fail", refunds_fail=True),
        "pm_dispute_won": Scenario(_TAKEN, "succeeds, is disputed, and won", dispute=Dispute.WON),
        "pm_dispute_lost": Scenario(_TAKEN, "succeeds, is disputed, and lost", dispute=Dispute.LOST),
        "pm_notified_twice": Scenario(_TAKEN, "succeeds, told twice", delivery=Delivery.TWICE),
        "pm_notified_late": Scenario(_TAKEN, "succeeds, told late", delivery=Delivery.LATE),
        "pm_notified_backwards": Scenario(
            _DEBIT, "stays pending, then succeeds, told the last first", settles=True, delivery=Delivery.BACKWARDS
        ),
        "pm_notified_on_request": Scenario(
            _DEBIT, "stays pending, then succeeds, told when and as you ask", settles=True, delivery=Delivery.HELD
        ),
        "pm_not_notified": Scenario(
            _DEBIT, "stays pending, then succeeds, and nobody is told", settles=True, delivery=Delivery.NEVER
        ),
    }
)

_FIRST_AMOUNT_MINOR: Final = 40_001
AMOUNTS: Final[Mapping[int, str]] = MappingProxyType(dict(enumerate(SCENARIOS, _FIRST_AMOUNT_MINOR)))
"""By minor units, in the order of `SCENARIOS`; any other amount simply succeeds."""


def chosen(payment_method: str, amount_minor: int) -> str | None:
    """Return the payment method that is meant, None for one that there is not."""
    if payment_method == BY_AMOUNT:
        return AMOUNTS.get(amount_minor, "pm_card_visa")
    return payment_method if payment_method in SCENARIOS else None
