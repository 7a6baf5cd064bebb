"""Which countries belong to the Union's VAT area, and since when; for their territories see `tax/territory.py`.

Sources: the accession treaties for the dates; for Northern Ireland the Windsor Framework, art. 8.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Member:
    """A state in the VAT area: its ISO 3166-1 code, the prefix of its numbers, and its days, the last one included.

    `goods_only` is Northern Ireland, which is in it for goods and not for services.
    """

    iso: str
    prefix: str
    since: date
    until: date | None = None
    goods_only: bool = False

    def on(self, day: date) -> bool:
        """Tell whether it is in the VAT area on `day`."""
        return self.since <= day and (self.until is None or day <= self.until)


_SINCE: Final = {
    date(1958, 1, 1): ("BE", "DE", "FR", "IT", "LU", "NL"),
    date(1973, 1, 1): ("DK", "IE"),
    date(1981, 1, 1): ("GR",),
    date(1986, 1, 1): ("ES", "PT"),
    date(1995, 1, 1): ("AT", "FI", "SE"),
    date(2004, 5, 1): ("CY", "CZ", "EE", "HU", "LT", "LV", "MT", "PL", "SI", "SK"),
    date(2007, 1, 1): ("BG", "RO"),
    date(2013, 7, 1): ("HR",),
}
_GREECE: Final = ("GR", "EL")
# The United Kingdom left on 31 January 2020; the Union's VAT applied until the end of the transition.
_TRANSITION_ENDED: Final = date(2020, 12, 31)

MEMBERS: Final = (
    *(
        Member(iso, _GREECE[1] if iso == _GREECE[0] else iso, since)
        for since, countries in _SINCE.items()
        for iso in countries
    ),
    Member("GB", "GB", date(1973, 1, 1), _TRANSITION_ENDED),
    Member("XI", "XI", date(2021, 1, 1), goods_only=True),
)

PREFIXES: Final = {member.prefix: "GB" if member.goods_only else member.iso for member in MEMBERS if not member.until}
"""The prefixes VIES answers for, with the country whose rules their numbers follow (XI: those of GB)."""


def prefix_of(country: str) -> str | None:
    """Return the prefix VIES knows `country` by (GR and EL: EL), None for one it does not answer for."""
    prefix = dict([_GREECE]).get(country, country)
    return prefix if prefix in PREFIXES else None


def member(country: str) -> Member | None:
    """Return the state of the code or prefix, whether or not it has left; None if it never was in."""
    return next((each for each in MEMBERS if country in {each.iso, each.prefix}), None)
