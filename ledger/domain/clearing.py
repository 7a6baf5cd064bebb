"""A provider's report held against the books: a line of it, what may be found, and the rule that finds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import accumulate
from typing import Final
from uuid import UUID

from ledger.domain.errors import Refused
from ledger.domain.money import Money
from ledger.domain.values import Mode

MOST_LINES: Final = 50
"""So many lines about one thing are kept; to hear of one charge more often makes nothing clearer."""


class NotOpen(Refused):
    """Only an open item can be closed."""

    code = "item_not_open"


class Kind(StrEnum):
    """What a line of a report is about."""

    MOVEMENT = "movement"
    """Money of a payment, a refund or a dispute."""
    FEE = "fee"
    """What the provider keeps for itself, of no single payment."""
    PAYOUT = "payout"
    """Money on its way to the bank."""


class Found(StrEnum):
    """What comes of holding a report against the books (REC-1)."""

    MATCHED = "matched"
    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    AMOUNT_MISMATCH = "amount_mismatch"
    FEE_MISMATCH = "fee_mismatch"
    CURRENCY_MISMATCH = "currency_mismatch"
    DUPLICATE = "duplicate"
    TIMING = "timing"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report, in minor units. `subject` is our id of what it is about (`pay_…`), if it says so."""

    line_id: str
    kind: Kind
    subject: str | None
    occurred_at: datetime
    currency: str
    gross_minor: int
    fee_minor: int
    net_minor: int
    payout: str | None

    @property
    def cost_minor(self) -> int:
        """What the provider kept of it."""
        return -self.net_minor if self.kind is Kind.FEE else self.fee_minor


@dataclass(frozen=True, slots=True)
class ItemTerms:
    """What one item is about: `subject` is `pay_…`, `re_…`, or `line:` and `payout:` with the provider's own id."""

    organization_id: UUID
    mode: Mode
    provider: str
    provider_account: str
    subject: str


Booked = tuple[Money, ...] | None
"""What the books say moved, one amount a currency: empty if nothing did yet, None if they know of no such thing."""


def judged(lines: Sequence[Line], booked: Booked) -> Found:
    """Tell what `lines` about one thing come to, in the order in which they were reported."""
    if any(line.gross_minor - line.fee_minor != line.net_minor for line in lines):
        return Found.FEE_MISMATCH
    if lines[0].kind is Kind.FEE:
        return Found.MATCHED if len(lines) == 1 else Found.DUPLICATE
    if not booked:
        return Found.MISSING_HERE if booked is None else Found.TIMING
    if len(booked) > 1 or {line.currency for line in lines} != {booked[0].currency}:
        return Found.CURRENCY_MISMATCH
    sums = list(accumulate(line.gross_minor for line in lines))
    if sums[-1] == booked[0].minor:
        return Found.MATCHED
    return Found.DUPLICATE if booked[0].minor in sums else Found.AMOUNT_MISMATCH
