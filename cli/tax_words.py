"""How days, countries, postcodes, rates and amounts are written on the command line."""

import re
from argparse import ArgumentTypeError
from dataclasses import dataclass
from datetime import date
from typing import Final

from api import moments
from ledger.domain.countries import COUNTRIES, MEANT
from ledger.domain.money import EXPONENTS, MAX_MINOR
from ledger.domain.tax.rate import Rate, RateMalformed
from ledger.domain.tax.rules import STANDARD

LONGEST: Final = 40
_AMOUNT: Final = re.compile(r"(-?)(\d{1,15})(?:\.(\d{1,9}))?", re.ASCII)
_PRODUCT: Final = re.compile(r"[a-z0-9_.\-]{1,64}")


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line of a sale as it was written: its amount in digits of a currency that comes elsewhere."""

    amount: str
    product: str = STANDARD
    rate: Rate | None = None


class AmountMeaningless(ValueError):
    """An amount that its currency does not have; the message says why."""


def day(text: str) -> date:
    """Read `2026-11-23`."""
    found = moments.day(text)
    if found is None:
        raise ArgumentTypeError("a day is written 2026-11-23")
    return found


def country(text: str) -> str:
    """Read an ISO 3166-1 code, and return it in capitals."""
    code = text.upper()
    if code in MEANT:
        raise ArgumentTypeError(f"no country has this code: write {MEANT[code]}")
    if code not in COUNTRIES:
        raise ArgumentTypeError("a country is a code of two letters: DE")
    return code


def currency(text: str) -> str:
    """Read a code of ISO 4217, and return it in capitals."""
    code = text.upper()
    if code not in EXPONENTS:
        raise ArgumentTypeError("a currency is a code of ISO 4217: EUR")
    return code


def postcode(text: str) -> str:
    """Read a postcode, as anybody writes it."""
    if len(text) > LONGEST or not text.isprintable():
        raise ArgumentTypeError("that is no postcode")
    return text


def readable(text: str) -> str:
    """Return a text that nobody has checked as it can be printed anywhere, shortened."""
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return "".join(each if each.isprintable() else "\ufffd" for each in shown)


def line(text: str) -> WrittenLine:
    """Read `119.00`, `20.00@reduced` or `10.00@5.5%`."""
    amount, at, kind = text.partition("@")
    if _AMOUNT.fullmatch(amount) is None:
        raise ArgumentTypeError("a line is a gross amount in major units with a point: 119.00, --line=-19.00")
    if not at:
        return WrittenLine(amount)
    if kind.endswith("%"):
        try:
            return WrittenLine(amount, rate=Rate.of(kind.removesuffix("%")))
        except RateMalformed as malformed:
            raise ArgumentTypeError(malformed.detail) from None
    if _PRODUCT.fullmatch(kind) is None:
        raise ArgumentTypeError("after @ comes a product category (a-z, 0-9, _ . -) or a given rate (5.5%)")
    return WrittenLine(amount, kind)


def minor_of(amount: str, currency: str) -> int:
    """Return an amount in minor units of the currency, exactly; raise `AmountMeaningless`."""
    exponent = EXPONENTS[currency]
    written = _AMOUNT.fullmatch(amount)
    assert written is not None, "the line was read"
    sign, whole, fraction = written.groups(default="")
    decimals = fraction.rstrip("0")
    if len(decimals) > exponent:
        raise AmountMeaningless(f"{amount} has more decimals than {currency}, which has {exponent}")
    minor: int = int(whole) * 10**exponent + int(decimals.ljust(exponent, "0") or "0")
    if minor > MAX_MINOR:
        raise AmountMeaningless(f"{amount} {currency} is more than any amount may be")
    return -minor if sign else minor
