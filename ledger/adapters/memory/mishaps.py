"""How a charge in memory ends, and what can go wrong on the way to it."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

Operation = Literal["open", "confirm", "lookup", "cancel", "capture", "refund", "lookup_refund"]


class Ending(StrEnum):
    """What becomes of an intent once it is confirmed, or of one that the customer or the bank was asked about."""

    SUCCESS = "success"
    DECLINED = "declined"
    THREE_D_SECURE = "three_d_secure"
    NOT_AUTHENTICATED = "not_authenticated"
    PENDING = "pending"


class Mishap(StrEnum):
    """What goes wrong with one call."""

    LOST_BEFORE = "lost_before"  # nothing was done, and nobody can tell
    LOST_AFTER = "lost_after"  # it was done, and nobody can tell
    FAILED_AFTER = "failed_after"  # as before; and the failure is answered again for ever under this key
    BUSY = "busy"  # nothing was done, and we are told so


@dataclass(frozen=True, slots=True)
class Card:
    """A payment method: how its charges end, and the mishaps its intents meet, each once and in this order.

    A decline is told with `code`.
    """

    ending: Ending
    mishaps: tuple[tuple[Operation, Mishap], ...] = ()
    code: str = "card_declined"


CARDS: Final[Mapping[str, Card]] = MappingProxyType(
    {
        "pm_card_visa": Card(Ending.SUCCESS),
        "pm_card_declined": Card(Ending.DECLINED),
        "pm_card_three_d_secure": Card(Ending.THREE_D_SECURE),
        "pm_sepa_debit": Card(Ending.PENDING),
        "pm_lost_before": Card(Ending.SUCCESS, (("confirm", Mishap.LOST_BEFORE),)),
        "pm_lost_after": Card(Ending.SUCCESS, (("confirm", Mishap.LOST_AFTER),)),
        "pm_lookup_away": Card(Ending.SUCCESS, (("confirm", Mishap.FAILED_AFTER), ("lookup", Mishap.LOST_BEFORE))),
        "pm_busy": Card(Ending.SUCCESS, (("confirm", Mishap.BUSY),)),
    }
)


class Mishaps:
    """The mishaps still to come: for the next calls of an operation, or for those about one intent."""

    def __init__(self) -> None:
        self._coming: dict[tuple[Operation, str | None], deque[Mishap]] = {}

    def add(self, operation: Operation, mishap: Mishap, *, times: int = 1) -> None:
        """Let the next `times` calls of `operation` meet with `mishap`, whichever intent they are about."""
        self._coming.setdefault((operation, None), deque()).extend([mishap] * times)

    def expect(self, reference: str, mishaps: tuple[tuple[Operation, Mishap], ...]) -> None:
        """Let the calls about the intent `reference` meet with `mishaps`."""
        for operation, mishap in mishaps:
            self._coming.setdefault((operation, reference), deque()).append(mishap)

    def take(self, operation: Operation, reference: str | None) -> Mishap | None:
        """Return the mishap of this call, if it meets with one."""
        for who in (reference, None):
            coming = self._coming.get((operation, who))
            if coming:
                return coming.popleft()
        return None
