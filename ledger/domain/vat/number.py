"""VAT identification numbers: read as people write them, and refused with a reason when they cannot be one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.util import get_cc_module
from typing_extensions import override

from ledger.domain.errors import Refused
from ledger.domain.vat.members import PREFIXES, prefix_of

LONGEST_WRITTEN: Final = 40
"""The longest number with all its punctuation has some twenty characters."""
_GREAT_BRITAIN: Final = "GB"
_COUNTRY: Final = 2
# What people put between the parts. `+` and `*` stay: they are part of old Irish numbers.
_PUNCTUATION: Final = dict.fromkeys(map(ord, " \t\u00a0\u2007\u2009\u202f.,-_/:'\u2010\u2011\u2012\u2013\u2014"))
_VIES_CHARACTERS: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+*")


class Malformed(StrEnum):
    """Why something is no VAT number, found out without asking anybody."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CHARACTERS = "characters"
    COUNTRY_MISSING = "country_missing"
    COUNTRY_UNKNOWN = "country_unknown"
    COUNTRY_LEFT = "country_left"
    COUNTRY_DIFFERS = "country_differs"
    LENGTH = "length"
    FORMAT = "format"
    CHECK_DIGIT = "check_digit"


class VatNumberMalformed(Refused):
    """This is not a VAT number of a member state, nor of Northern Ireland; `reason` says why."""

    code = "vat_number_malformed"


@dataclass(frozen=True, slots=True)
class VatNumber:
    """A well-formed number: `country` is the prefix VIES knows (EL, XI), `number` what follows, without punctuation.

    Well-formed is not registered: of random German numbers one in eleven has the right check digit.
    """

    country: str
    number: str

    @override
    def __str__(self) -> str:
        return self.country + self.number


def parse(written: str, country: str | None = None) -> VatNumber:
    """Return the number that `written` means, with its prefix or as a national number of `country`.

    The country may be ISO 3166-1 (GR) or the prefix (EL). Raises `VatNumberMalformed` with a `reason` (`Malformed`).
    """
    text = _compact(written)
    if country is None:
        prefix, national = prefix_of(text[:_COUNTRY]), text[_COUNTRY:]
        return _checked(_member(text[:_COUNTRY], prefix), national)
    spoken = _compact(country)
    prefix = _member(spoken, prefix_of(spoken))
    before = prefix_of(text[:_COUNTRY])
    if before == prefix:
        return _checked(prefix, text[_COUNTRY:])
    try:
        # French and Spanish numbers begin with letters of their own, which may look like somebody's prefix.
        return _checked(prefix, text)
    except VatNumberMalformed:
        if before is None and text[:_COUNTRY] != _GREAT_BRITAIN:
            raise
        raise _malformed(Malformed.COUNTRY_DIFFERS) from None


def _compact(written: str) -> str:
    if len(written) > LONGEST_WRITTEN:
        raise _malformed(Malformed.TOO_LONG)
    bare = written.translate(_PUNCTUATION)
    if not bare:
        raise _malformed(Malformed.EMPTY)
    text = bare.upper() if bare.isascii() else bare
    if not _VIES_CHARACTERS.issuperset(text):
        raise _malformed(Malformed.CHARACTERS)
    return text


def _member(spoken: str, prefix: str | None) -> str:
    if prefix is not None:
        return prefix
    if spoken == _GREAT_BRITAIN:
        # GB numbers are void in VIES since 2021-01-01; Northern Ireland's carry XI.
        raise _malformed(Malformed.COUNTRY_LEFT)
    raise _malformed(
        Malformed.COUNTRY_UNKNOWN if spoken.isalpha() and len(spoken) == _COUNTRY else Malformed.COUNTRY_MISSING
    )


def _checked(prefix: str, national: str) -> VatNumber:
    if not national:
        raise _malformed(Malformed.LENGTH)
    module = get_cc_module(PREFIXES[prefix], "vat")
    assert module is not None, "the library knows every member state"
    try:
        return VatNumber(prefix, module.validate(national))
    except ValidationError as error:
        raise _malformed(_reason(error)) from None


def _reason(error: ValidationError) -> Malformed:
    match error:
        case InvalidLength():
            return Malformed.LENGTH
        case InvalidChecksum():
            return Malformed.CHECK_DIGIT
        case _:
            return Malformed.FORMAT


def _malformed(reason: Malformed) -> VatNumberMalformed:
    return VatNumberMalformed(reason=reason.value)
