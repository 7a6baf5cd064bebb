"""Postcodes as people write them, against those a country has."""

import re
from collections.abc import Iterator
from typing import Final

from ledger.domain.address.formats import AddressFormat

# What stands before postcodes beside the country's code: the letters that cars once bore abroad.
_SIGNS: Final = {
    "AT": "A",
    "AX": "FIN|FI",
    "BE": "B",
    "DE": "D",
    "ES": "E",
    "FI": "FIN",
    "FR": "F",
    "HU": "H",
    "IT": "I",
    "NO": "N",
    "PT": "P",
    "SE": "S",
    "SI": "SLO",
}


def recognized(written: str, form: AddressFormat) -> str | None:
    """Return a postcode in a spelling that the country's pattern knows; None if it contradicts the country.

    Case, blanks, hyphens and the country's sign before it do not matter. Where there are no postcodes, or nobody
    knows of what form, all are as good.
    """
    if form.postcode is None:
        return written
    return next((each for each in _spellings(written.upper(), form) if form.postcode.fullmatch(each)), None)


def _spellings(written: str, form: AddressFormat) -> Iterator[str]:
    yield written
    compact = _compact(written)
    signs = "|".join({form.country, form.prefix, _SIGNS.get(form.country, "")} - {""})
    bare = re.sub(rf"^(?:{signs})(?=[0-9])", "", compact)
    for each in (compact, bare, form.country + bare):
        yield each
        for example in form.examples:
            yield _shaped(each, example)


def _compact(written: str) -> str:
    return re.sub(r"[\s-]", "", written)


def _shaped(compact: str, example: str) -> str:
    """Return `compact` with the blanks and hyphens that stand in `example`."""
    if len(compact) != len(_compact(example)):
        return compact
    rest = iter(compact)
    return "".join(each if each in " -" else next(rest) for each in example)
