"""A rate of tax: a percentage, exact."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ledger.domain.errors import Refused

MOST_DECIMALS: Final = 4
WHOLE: Final = 100 * 10**MOST_DECIMALS
"""One hundred percent, in the units of a `Rate`."""
_PERCENT: Final = re.compile(r"(0|[1-9][0-9]?)(\.[0-9]{1,4})?")


class RateMalformed(Refused):
    """A rate is a percentage from 0 to below 100, with at most four decimals: `19`, `5.5`, `2.1`."""

    code = "tax_rate_malformed"


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """A percentage as a number of ten-thousandths of one percent, so that it is exact and equal when it is equal."""

    units: int

    @classmethod
    def of(cls, percent: str) -> "Rate":
        """Read `19` or `5.5`; raise `RateMalformed`."""
        if _PERCENT.fullmatch(percent) is None:
            raise RateMalformed
        return cls(int(Decimal(percent).scaleb(MOST_DECIMALS)))

    @property
    def percent(self) -> str:
        """The percentage as people write it, without needless zeros."""
        text = f"{Decimal(self.units).scaleb(-MOST_DECIMALS):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


ZERO: Final = Rate(0)
