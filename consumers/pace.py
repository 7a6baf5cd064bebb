"""How fast and how patiently work is done: limits on everything, and delays that grow by the kind of error."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random, SystemRandom
from typing import Final

CHANCE: Final[Random] = SystemRandom()


@dataclass(frozen=True, slots=True)
class Patience:
    """At most `tries`; before each a random part of a wait that doubles from `first` to `longest` (full jitter)."""

    tries: int
    first: timedelta
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        """Return how long to wait after so many failures, of which there is at least one."""
        doubled = self.first * 2 ** min(failures - 1, 30) if failures < 30 else self.longest  # noqa: PLR2004
        return min(doubled, self.longest) * CHANCE.random()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The limits of one process's work."""

    in_hand: int = 64
    # Enough to keep a provider's answers from holding up the next item, and few enough not to hold up a request.
    patient_in_hand: int = 4
    block_s: float = 1.0
    relay_s: float = 1.0
    relay_batch: int = 1000
    measure_s: float = 5.0
    grace_s: float = 20.0
    # Short, so that what a dead process held is soon taken up; a living one renews it several times meanwhile.
    lease: timedelta = timedelta(seconds=10)
    renew_s: float = 2.5
    handling_s: float = 60.0
    unavailable: Patience = field(
        default=Patience(tries=50, first=timedelta(seconds=1), longest=timedelta(minutes=15))
    )
    bug: Patience = field(default=Patience(tries=5, first=timedelta(seconds=1), longest=timedelta(minutes=1)))


def jittered(seconds: float) -> float:
    """Return between half and one and a half times `seconds`, so that processes do not march in step."""
    return seconds * (0.5 + CHANCE.random())
