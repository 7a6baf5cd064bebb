"""A line of a table of tax rules: its cells read as what they mean, with a reason for each that means nothing."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from ledger.domain.countries import COUNTRIES, MEANT
from ledger.domain.tax.rate import ZERO, Rate, RateMalformed
from ledger.domain.tax.rules import CustomerType, RuleTreatment, Scope, TaxRule, TaxScopeUnknown
from ledger.domain.tax.territory import territory_of

COLUMNS: Final = (
    "country",
    "territory",
    "customer",
    "product",
    "treatment",
    "rate",
    "valid_from",
    "valid_until",
    "source",
)
REQUIRED: Final = ("country", "treatment", "rate", "valid_from")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UNKNOWN: Final = {
    "territory": "is no territory of the country that has rules of its own",
    "product": "is not 1 to 64 of the characters a-z, 0-9, _ . and -",
}
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a line of a table; `field` is None where it is with the whole line."""

    line: int
    field: str | None
    reason: str


class _Meaningless(Exception):
    """A cell that means nothing; the message says why."""


class Line:
    """The cells of a line by their columns, without the blanks around them."""

    def __init__(self, number: int, cells: Mapping[str, str]) -> None:
        """Read the cells of the line of this `number`."""
        self.number = number
        self.problems: list[Problem] = []
        self._cells = cells

    def text(self, field: str) -> str:
        """Return what a cell says; nothing where there is no such column."""
        return self._cells.get(field, "")

    def rule(self, identify: Callable[[Scope, date], str]) -> TaxRule | None:
        """Return the rule that the line means, None if `problems` say why there is none."""
        scope = self._scope()
        treatment = self._read("treatment", _treatment)
        rate = None if treatment is None else self._read("rate", lambda text: _rate(text, treatment))
        valid_from = self._read("valid_from", _day)
        valid_until = self._read("valid_until", _day) if self.text("valid_until") else None
        if valid_from and valid_until and valid_until <= valid_from:
            self._wrong("valid_until", "is not after valid_from: it is the first day on which the rule is not valid")
        if scope is None or treatment is None or rate is None or valid_from is None or self.problems:
            return None
        return TaxRule(identify(scope, valid_from), scope, treatment, rate, valid_from, valid_until)

    def _scope(self) -> Scope | None:
        country = self._read("country", _country)
        customer = self._read("customer", _customer) if self.text("customer") else None
        if country is None:
            return None
        scope = Scope(country, self.text("territory") or None, customer, self.text("product") or None)
        try:
            scope.require_known()
        except TaxScopeUnknown as unknown:
            field = str(unknown.facts["field"])
            self._wrong(field, _UNKNOWN[field])
            return None
        return scope

    def _read(self, field: str, meaning: Callable[[str], Value]) -> Value | None:
        try:
            return meaning(self.text(field))
        except _Meaningless as reason:
            self._wrong(field, str(reason))
            return None

    def _wrong(self, field: str, reason: str) -> None:
        self.problems.append(Problem(self.number, field, reason))


def _country(text: str) -> str:
    if text in MEANT:
        raise _Meaningless(f"is no country's code: write {MEANT[text]}")
    if text not in COUNTRIES:
        raise _Meaningless("is no country's code of two capitals (ISO 3166-1)")
    place = territory_of(text)
    if place.country != text:
        raise _Meaningless(f"is a territory: write country {place.country} and territory {place.key}")
    return text


def _customer(text: str) -> CustomerType:
    try:
        return CustomerType(text)
    except ValueError:
        raise _Meaningless(f"is none of {', '.join(CustomerType)}; nothing means any") from None


def _treatment(text: str) -> RuleTreatment:
    try:
        return RuleTreatment(text)
    except ValueError:
        raise _Meaningless(f"is none of {', '.join(RuleTreatment)}") from None


def _rate(text: str, treatment: RuleTreatment) -> Rate:
    is_taxed = treatment is RuleTreatment.STANDARD
    try:
        rate = Rate.of(text) if text or is_taxed else ZERO
    except RateMalformed:
        raise _Meaningless("is no percentage: 19, 5.5, 2.1, with at most four decimals and below 100") from None
    if is_taxed and rate == ZERO:
        raise _Meaningless("is 0, which is not S but Z (zero-rated), E (exempt) or O (out of scope)")
    if not is_taxed and rate != ZERO:
        raise _Meaningless(f"stands beside {treatment}, which has none")
    return rate


def _day(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _Meaningless("is no day: 2026-11-23")
