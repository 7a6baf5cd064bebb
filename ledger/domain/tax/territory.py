"""Where a supply is taxed: countries, and the places whose tax is not that of their country.

Sources: the European Commission's table of the territorial status of EU countries and certain territories; Directive
2006/112/EC, articles 5 to 8; the accession treaties for the dates.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Territory:
    """A place of taxation. `key` names it (`DE`, `ES-CN`), `country` is the ISO code it belongs to.

    `rates_of` says whose rates apply there, and `in_vat_area` whether it belongs to the EU's area of VAT whenever its
    country does.
    """

    key: str
    country: str
    name: str
    in_vat_area: bool = True
    rates_of: str = ""


@dataclass(frozen=True, slots=True)
class _Special:
    """A territory and the ways in which an address names it: a country code of its own, or postcodes of a country."""

    territory: Territory
    countries: frozenset[str]
    postcodes: tuple[tuple[str, re.Pattern[str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Membership:
    """A member state of the EU's area of VAT: `vies` is its prefix of VAT numbers; `until` is its last day."""

    country: str
    vies: str
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether it is a member on `day`."""
        return self.since <= day and (self.until is None or day <= self.until)


def _members() -> Mapping[str, Membership]:
    joined = {
        date(1958, 1, 1): "BE DE FR IT LU NL",
        date(1973, 1, 1): "DK IE",
        date(1981, 1, 1): "GR",
        date(1986, 1, 1): "ES PT",
        date(1995, 1, 1): "AT FI SE",
        date(2004, 5, 1): "CY CZ EE HU LT LV MT PL SI SK",
        date(2007, 1, 1): "BG RO",
        date(2013, 7, 1): "HR",
    }
    members = {
        country: Membership(country, "EL" if country == "GR" else country, since)
        for since, countries in joined.items()
        for country in countries.split()
    }
    # EU rules of VAT went on to the end of the transition.
    members["GB"] = Membership("GB", "GB", date(1973, 1, 1), until=date(2020, 12, 31))
    return MappingProxyType(members)


MEMBERS: Final = _members()
"""Every country that is or was a member, by its ISO code."""


def _special(
    key: str,
    name: str,
    *,
    countries: str = "",
    postcodes: Mapping[str, str] | None = None,
    in_vat_area: bool = False,
    rates_of: str | None = None,
) -> _Special:
    territory = Territory(key, key[:2], name, in_vat_area, rates_of or key)
    patterns = tuple((where, re.compile(pattern)) for where, pattern in (postcodes or {}).items())
    return _Special(territory, frozenset(countries.split()), patterns)


_SPECIAL: Final = (
    _special("FI-AX", "Åland", countries="AX", postcodes={"FI": "22[0-9]{3}"}),
    _special("DE-HEL", "Heligoland", postcodes={"DE": "27498"}),
    _special("DE-BUE", "Büsingen", postcodes={"DE": "78266", "CH": "8238"}),
    _special("GR-69", "Mount Athos", postcodes={"GR": "6308[67]"}),
    _special("IT-LIV", "Livigno", postcodes={"IT": "230(41|30)"}),
    _special("IT-CAM", "Campione d'Italia", postcodes={"IT": "2206[12]", "CH": "6911"}),
    _special("ES-CE", "Ceuta", postcodes={"ES": "51[0-9]{3}"}),
    _special("ES-ML", "Melilla", postcodes={"ES": "52[0-9]{3}"}),
    _special("ES-CN", "Canary Islands", countries="IC", postcodes={"ES": "3[58][0-9]{3}"}),
    _special(
        "FR-COM",
        "French overseas countries and territories",
        countries="BL MF PM PF NC WF TF",
        postcodes={"FR": "97[578][0-9]{2}|984[0-9]{2}|98[678][0-9]{2}|97133|97150"},
    ),
    _special(
        "FR-DOM",
        "French outermost regions",
        countries="GP MQ GF RE YT",
        postcodes={"FR": "97[12346][0-9]{2}"},
    ),
    _special("DK-FO", "Faroe Islands", countries="FO"),
    _special("DK-GL", "Greenland", countries="GL"),
    _special("NL-AN", "Dutch Caribbean", countries="AW CW SX BQ"),
    _special("PT-20", "Azores", postcodes={"PT": "9[5-9][0-9]{2}.*"}, in_vat_area=True),
    _special("PT-30", "Madeira", postcodes={"PT": "9[0-4][0-9]{2}.*"}, in_vat_area=True),
    _special("FR-MC", "Monaco", countries="MC", postcodes={"FR": "98000"}, in_vat_area=True, rates_of="FR"),
    _special("AT-JUN", "Jungholz", postcodes={"AT": "6691", "DE": "87491"}, in_vat_area=True),
    _special("AT-MIT", "Mittelberg", postcodes={"AT": "699[123]", "DE": "8756[789]"}, in_vat_area=True),
    _special("GB-NIR", "Northern Ireland", postcodes={"GB": "BT.*"}),
)


def territory_of(country: str, postcode: str | None = None) -> Territory:
    """Return where an address is taxed; `country` is an ISO 3166 code in capitals, the postcode as it was written."""
    written = re.sub(r"[\s-]", "", (postcode or "").upper())
    for special in _SPECIAL:
        if country in special.countries:
            return special.territory
        for where, pattern in special.postcodes:
            if country == where and pattern.fullmatch(written):
                return special.territory
    return Territory(country, country, country, rates_of=country)


def in_vat_area(territory: Territory, day: date) -> bool:
    """Tell whether services to consumers there fall under the EU's rules of VAT on `day`."""
    member = MEMBERS.get(territory.country)
    return territory.in_vat_area and member is not None and member.holds_on(day)
