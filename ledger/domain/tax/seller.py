"""How an organization sells: from where, by whose days, and how it declares its tax."""

import re
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.domain.errors import Refused
from ledger.domain.tax.assessment import Rounding
from ledger.domain.tax.rules import require_country
from ledger.domain.vat.number import parse

# Capitals alone: a machine may have `localtime`, `posix/…` and `right/…` beside the names of the IANA.
_ZONE: Final = re.compile(r"(?=.{1,64}\Z)[A-Z][A-Za-z0-9_+\-]*(/[A-Z][A-Za-z0-9_+\-]*){0,2}")


class TimeZoneUnknown(Refused):
    """This is not the name of a time zone (`Europe/Berlin`)."""

    code = "time_zone_unknown"


@dataclass(frozen=True, slots=True)
class SellerTerms:
    """Where the organization is established, and how it declares tax.

    `oss`: it declares through the One-Stop Shop. `vat_number` is its own, with its prefix and without punctuation.
    Days are those of `time_zone`, an IANA name. `rounding` is one setting for all its documents (TAX-7).
    """

    country: str
    oss: bool
    vat_number: str | None = None
    time_zone: str = "UTC"
    rounding: Rounding = Rounding.GROUP

    def normal(self) -> "SellerTerms":
        """Return the terms with their VAT number as VIES writes it, once all of them are known to mean something.

        Raises `TaxScopeUnknown` for the country, `VatNumberMalformed`, `TimeZoneUnknown`.
        """
        require_country(self.country)
        _require_zone(self.time_zone)
        return self if self.vat_number is None else replace(self, vat_number=str(parse(self.vat_number)))


def _require_zone(name: str) -> None:
    if _ZONE.fullmatch(name) is None:
        raise TimeZoneUnknown
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # `Europe` is a folder, which is told apart only by what opening it raises.
        raise TimeZoneUnknown from None
