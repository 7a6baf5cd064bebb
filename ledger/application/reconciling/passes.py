"""Going through a report: once to see whether it can be read at all, then in batches."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Final

from ledger.application.reconciling.rows import malformed
from ledger.application.reconciling.tally import PayoutSums
from ledger.domain.clearing import Line

AT_ONCE: Final = 64
"""So many lines are worked on at once; those about one thing one after the other, in the order of the report."""


def batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Yield the lines in lists of `AT_ONCE`."""
    rest = iter(lines)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch


def checked(lines: Iterable[Line]) -> tuple[datetime, datetime]:
    """Read every line before the first is recorded, and return the moments of the first and the last."""
    payouts, moments = PayoutSums(), list[datetime]()
    for line in lines:
        payouts.add(line)
        moments = [min([*moments[:1], line.occurred_at]), max([*moments[1:], line.occurred_at])]
    if not moments:
        raise malformed(1, "it has no rows")
    return moments[0], moments[1]
