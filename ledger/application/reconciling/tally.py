"""Adding up what a report came to, line by line, in memory that does not grow with it."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from ledger.domain.clearing import Found, Kind, Line
from ledger.domain.clearing_item import ClearingItem
from ledger.domain.errors import Refused
from ledger.domain.money import Money
from ledger.domain.reconciliation import Count, Share, Summary

MOST_PAYOUTS: Final = 10_000


class TooManyPayouts(Refused):
    """One report holds more payouts than can be added up at once; split it by time."""

    code = "too_many_payouts"


@dataclass(slots=True)
class PayoutSum:
    """What the lines of one payout add up to, in minor units: all of them, and those that are matched."""

    lines: int = 0
    net_minor: int = 0
    explained_minor: int = 0
    announced: Line | None = None


@dataclass(slots=True)
class PayoutSums:
    """The payouts of one report, by reference and currency."""

    sums: dict[tuple[str, str], PayoutSum] = field(default_factory=lambda: defaultdict(PayoutSum))

    def add(self, line: Line, found: Found | None = None) -> None:
        """Add a line to its payout, if it has one; raise `TooManyPayouts`."""
        if line.payout is None:
            return
        if len(self.sums) >= MOST_PAYOUTS and (line.payout, line.currency) not in self.sums:
            raise TooManyPayouts(most=MOST_PAYOUTS)
        of = self.sums[line.payout, line.currency]
        if line.kind is Kind.PAYOUT:
            of.announced = line
            return
        of.lines += 1
        of.net_minor += line.net_minor
        of.explained_minor += line.net_minor if found is Found.MATCHED else 0


class Tally:
    """What lines and movements came to."""

    def __init__(self, days: int) -> None:
        """What is explained within `days` of its moment is in time."""
        self._in_time = timedelta(days=days)
        self._lines = 0
        self._counts: Counter[Found] = Counter()
        self._value: Counter[str] = Counter()
        self._explained: Counter[str] = Counter()
        self._timely: Counter[str] = Counter()

    def add(self, line: Line, item: ClearingItem) -> Found:
        """Add a line of the report, and return what was found of it."""
        found = item.found_of(line)
        assert found is not None, "it was reported"
        self._lines += 1
        self._counts[found] += 1
        value = abs(line.gross_minor)
        self._value[line.currency] += value
        if found is Found.MATCHED:
            self._explained[line.currency] += value
            if item.explained_at is not None and item.explained_at - line.occurred_at <= self._in_time:
                self._timely[line.currency] += value
        return found

    def miss(self, amount: Money, found: Found) -> None:
        """Add what the books know and the report does not."""
        self._counts[found] += 1
        self._value[amount.currency] += abs(amount.minor)

    def summary(self) -> Summary:
        """Return what it comes to, in a fixed order."""
        return Summary(
            lines=self._lines,
            counts=tuple(Count(found, self._counts[found]) for found in Found if self._counts[found]),
            shares=tuple(
                Share(currency, value, self._explained[currency], self._timely[currency])
                for currency, value in sorted(self._value.items())
            ),
        )
