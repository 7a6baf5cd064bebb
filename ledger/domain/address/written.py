"""A postal address: checked for what its country asks for, and kept as its owner spells it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ledger.domain.address.format import AddressFormat, CountryUnknown, country_of, format_of
from ledger.domain.errors import Refused
from ledger.domain.values import Personal

MOST_LINES: Final = 4
LONGEST: Final = {"street": 255, "city": 100, "postcode": 20, "region": 100}
# Control characters, halves of surrogate pairs, what is no character at all, and what turns text around.
_FORBIDDEN: Final = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})
_BLANKS: Final = " \u00a0"
_TURNING: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


class Reason(StrEnum):
    """What is wrong with a field; these codes are stable."""

    REQUIRED = "required"
    TOO_LONG = "too_long"
    TOO_MANY_LINES = "too_many_lines"
    CHARACTERS = "characters"
    INVALID = "invalid"
    UNKNOWN = "unknown"


class AddressInvalid(Refused):
    """This is no address of its country; `fields` says of each field what is wrong with it."""

    code = "address_invalid"


@dataclass(frozen=True, slots=True)
class Address:
    """An address in its owner's own spelling: `country` is ISO 3166-1 alpha-2, `street` may have lines."""

    country: str
    street: Personal
    city: Personal | None = None
    postcode: Personal | None = None
    region: Personal | None = None


def address_of(
    country: str, street: str, city: str | None = None, postcode: str | None = None, region: str | None = None
) -> Address:
    """Return the address; raise `AddressInvalid` with everything that is wrong with it.

    Characters and lengths come first, so that nothing else ever sees a hostile text.
    """
    given = {"street": street, "city": city, "postcode": postcode, "region": region}
    texts = {name: _tidy(text or "") for name, text in given.items()}
    wrong = {name: reason for name, text in texts.items() if (reason := _of_text(name, text)) is not None}
    try:
        form = format_of(country_of(country))
    except CountryUnknown as unknown:
        found = [{"field": "country", "reason": Reason.UNKNOWN.value, **unknown.facts}]
        raise AddressInvalid(fields=[*found, *_told(wrong, None)]) from None
    wrong |= {name: reason for name, reason in _of_country(form, texts) if name not in wrong}
    if wrong:
        raise AddressInvalid(fields=_told(wrong, form))
    kept = {name: Personal(text) if text else None for name, text in texts.items()}
    return Address(form.country, Personal(texts["street"]), kept["city"], kept["postcode"], kept["region"])


def _tidy(text: str) -> str:
    # What is too long is not worth the work: it is refused for its length.
    if len(text) > 4 * LONGEST["street"]:
        return text
    lines = [line.strip(_BLANKS) for line in unicodedata.normalize("NFC", text).replace("\r\n", "\n").split("\n")]
    return "\n".join(line for line in lines if line)


def _of_text(name: str, text: str) -> Reason | None:
    if len(text) > LONGEST[name]:
        return Reason.TOO_LONG
    lines = text.split("\n")
    if len(lines) > (MOST_LINES if name == "street" else 1):
        return Reason.TOO_MANY_LINES
    letters = "".join(lines)
    if any(unicodedata.category(letter) in _FORBIDDEN or letter in _TURNING for letter in letters):
        return Reason.CHARACTERS
    return None


def _of_country(form: AddressFormat, texts: Mapping[str, str]) -> list[tuple[str, Reason]]:
    wrong = [(name, Reason.REQUIRED) for name in sorted(form.required) if not texts[name]]
    if texts["postcode"] and form.postcode is not None and not form.postcode.fullmatch(texts["postcode"].upper()):
        wrong.append(("postcode", Reason.INVALID))
    if texts["region"] and "region" in form.required and not form.region_of(texts["region"]):
        wrong.append(("region", Reason.UNKNOWN))
    return wrong


def _told(wrong: Mapping[str, Reason], form: AddressFormat | None) -> list[dict[str, object]]:
    told: list[dict[str, object]] = []
    for name, reason in wrong.items():
        said: dict[str, object] = {"field": name, "reason": reason.value}
        if name == "postcode" and form is not None and form.postcode_examples:
            said["example"] = form.postcode_examples[0]
        told.append(said)
    return told
