"""What is counted of checks: how each ended, why, and what for; never whose number it was."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ledger.application.vat.answers import VatCheck

MALFORMED: Final = "malformed"
FORMAT: Final = "format"
"""The source of what was found out without asking anybody."""


class Occasion(StrEnum):
    """What a number was asked about for."""

    VALIDATION = "validation"
    PREVIEW = "preview"
    BILLING = "billing"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Counted:
    """How one check ended; every field is one of a few words, `reason` empty where the register said yes or no."""

    occasion: Occasion
    state: str
    reason: str
    source: str


Count = Callable[[Counted], None]


def counted(check: VatCheck, occasion: Occasion) -> Counted:
    """Return what is counted of a check; of a stale answer, why there is no newer one."""
    reason = (check.silence or check.answer).reason
    return Counted(occasion, check.answer.state.value, "" if reason is None else reason.value, check.source.value)


def uncounted(_: Counted) -> None:
    """Count nothing."""
