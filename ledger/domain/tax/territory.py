"""Where a supply is taxed: countries, and the places whose tax is not that of their country.

Sources: the European Commission's table of the territorial status of EU countries and certain territories; Directive
2006/112/EC, articles 5 to 8.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.domain.vat.members import member


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


def _special(
    key: str,
    name: str,
    *,
    country: str | None = None,
    countries: str = "",
    postcodes: Mapping[str, str] | None = None,
    in_vat_area: bool = False,
    rates_of: str | None = None,
) -> _Special:
    territory = Territory(key, country or key[:2], name, in_vat_area, rates_of or key)
    patterns = tuple((where, re.compile(pattern)) for where, pattern in (postcodes or {}).items())
    return _Special(territory, frozenset(countries.split()), patterns)


# Postcodes are those of today: 23030 and 22060, once Livigno's and Campione's, belong to towns that pay Italy's tax.
_SPECIAL: Final = (
    _special("FI-AX", "Åland", countries="AX", postcodes={"FI": "22[0-9]{3}"}),
    _special("DE-HEL", "Heligoland", postcodes={"DE": "27498"}),
    _special("DE-BUE", "Büsingen", postcodes={"DE": "78266", "CH": "8238"}),
    _special("GR-69", "Mount Athos", postcodes={"GR": "6308[67]"}),
    _special("IT-LIV", "Livigno", postcodes={"IT": "23041"}),
    _special("IT-CAM", "Campione d'Italia", postcodes={"IT": "22061", "CH": "6911"}),
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
    _special("IT-LUG", "Italian waters of Lake Lugano"),
    # Mail goes there by way of Turkey (`Mersin 10`), whose own postcodes begin with 01 to 81.
    _special(
        "CY-N",
        "areas not under the effective control of the Republic of Cyprus",
        postcodes={"CY": "9[89][0-9]{3}", "TR": "9[89][0-9]{3}"},
    ),
    _special("CY-SBA", "Akrotiri and Dhekelia", postcodes={"GB": "BFPO5[78]"}, in_vat_area=True, rates_of="CY"),
    _special("DK-FO", "Faroe Islands", countries="FO"),
    _special("DK-GL", "Greenland", countries="GL"),
    _special("NL-AN", "Dutch Caribbean", countries="AW CW SX BQ"),
    _special("PT-20", "Azores", postcodes={"PT": "9[5-9][0-9]{2}.*"}, in_vat_area=True),
    _special("PT-30", "Madeira", postcodes={"PT": "9[0-4][0-9]{2}.*"}, in_vat_area=True),
    _special(
        "MC", "Monaco", country="FR", countries="MC", postcodes={"FR": "98000"}, in_vat_area=True, rates_of="FR"
    ),
    _special("AT-JUN", "Jungholz", postcodes={"AT": "6691", "DE": "87491"}, in_vat_area=True),
    _special("AT-MIT", "Mittelberg", postcodes={"AT": "699[123]", "DE": "8756[789]"}, in_vat_area=True),
    # For services both are where the United Kingdom is: in the area with it until it left, and with its own rates.
    _special("GB-NIR", "Northern Ireland", postcodes={"GB": "BT.*"}, in_vat_area=True, rates_of="GB"),
    _special("IM", "Isle of Man", country="GB", countries="IM", in_vat_area=True, rates_of="GB"),
)


TERRITORIES: Final = tuple(each.territory for each in _SPECIAL)
"""Every territory whose tax is not that of its country, or that an address names in a way of its own."""


def territory_of(country: str, postcode: str | None = None) -> Territory:
    """Return where an address is taxed; `country` is an ISO 3166 code in capitals, the postcode as it was written."""
    written = re.sub(r"[\s-]", "", (postcode or "").upper())
    # Where postcodes are digits, a sign of the country may stand before them: D-27498 is Heligoland.
    unsigned = re.sub(r"^[A-Z]{1,3}(?=[0-9]+$)", "", written)
    for special in _SPECIAL:
        if country in special.countries:
            return special.territory
        for where, pattern in special.postcodes:
            if country == where and (pattern.fullmatch(written) or pattern.fullmatch(unsigned)):
                return special.territory
    return Territory(country, country, country, rates_of=country)


def country_of(key: str) -> str:
    """Return the country that a place of taxation belongs to, by its key."""
    return next((special.territory.country for special in _SPECIAL if special.territory.key == key), key)


def in_vat_area(territory: Territory, day: date) -> bool:
    """Tell whether services to consumers there fall under the EU's rules of VAT on `day`."""
    state = member(territory.country)
    return territory.in_vat_area and state is not None and state.on(day)
