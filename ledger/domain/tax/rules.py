"""An organization's rules of tax: what is charged where, to whom, for what, and from which day to which."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from ledger.domain.countries import COUNTRIES, MEANT
from ledger.domain.errors import Refused
from ledger.domain.tax.rate import ZERO, Rate
from ledger.domain.tax.territory import TERRITORIES, Territory, territory_of


class TaxRuleOverlaps(Refused):
    """Two rules for the same place, customers and goods cannot be valid on the same day."""

    code = "tax_rule_overlaps"


class TaxRuleContradictory(Refused):
    """A rule that ends before it begins, a rate beside a treatment that has none, or a standard one of nothing."""

    code = "tax_rule_contradictory"


class TaxScopeUnknown(Refused):
    """No place or product has this name; `meant` is the country, and the territory in it, that probably is."""

    code = "tax_scope_unknown"


class TaxRuleMissing(Refused):
    """The organization has no rule for this place, customer, product and day: it cannot sell there yet."""

    code = "tax_rule_missing"


STANDARD: Final = "standard"
"""The product category of whatever is in none of the organization's own."""
_PRODUCT: Final = re.compile(r"[a-z0-9_.\-]{1,64}")
_TERRITORIES: Final = frozenset((each.key, each.country) for each in TERRITORIES)


class CustomerType(StrEnum):
    """Who buys."""

    CONSUMER = "consumer"
    BUSINESS = "business"


class RuleTreatment(StrEnum):
    """What a rule says of a supply; the values are EN 16931's categories."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    OUT_OF_SCOPE = "O"


def require_country(code: str) -> None:
    """Raise `TaxScopeUnknown` unless `code` is a country's (ISO 3166-1, in capitals)."""
    if code not in COUNTRIES:
        raise TaxScopeUnknown(field="country", **({"meant": MEANT[code]} if code in MEANT else {}))


@dataclass(frozen=True, slots=True)
class Scope:
    """What a rule is for; None means any customer, or any product category of the organization's own.

    `territory` is a `Territory.key`. A country's rule holds where its own rates do: Madeira needs another.
    """

    country: str
    territory: str | None = None
    customer: CustomerType | None = None
    product: str | None = None

    def covers(self, place: Territory, customer: CustomerType, product: str) -> bool:
        """Tell whether the scope is about this supply."""
        here = place.rates_of == self.country if self.territory is None else place.key == self.territory
        return (
            here
            and self.country == place.country
            and self.customer in {None, customer}
            and self.product in {None, product}
        )

    def require_known(self) -> None:
        """Raise `TaxScopeUnknown`, naming the field that means nothing."""
        require_country(self.country)
        place = territory_of(self.country)
        if place.country != self.country:
            raise TaxScopeUnknown(field="country", meant=place.country, territory=place.key)
        if self.territory is not None and (self.territory, self.country) not in _TERRITORIES:
            raise TaxScopeUnknown(field="territory")
        if self.product is not None and _PRODUCT.fullmatch(self.product) is None:
            raise TaxScopeUnknown(field="product")

    @property
    def precision(self) -> tuple[bool, bool, bool]:
        """How closely it is drawn: a territory before a product before a type of customer."""
        return (self.territory is not None, self.product is not None, self.customer is not None)


@dataclass(frozen=True, slots=True)
class TaxRule:
    """A rule, valid from `valid_from` on and before `valid_until`, in days of the place."""

    rule_id: str
    scope: Scope
    treatment: RuleTreatment
    rate: Rate
    valid_from: date
    valid_until: date | None = None

    def valid_on(self, day: date) -> bool:
        """Tell whether the rule is valid on `day`."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    def require_sound(self) -> None:
        """Raise `TaxScopeUnknown`, or `TaxRuleContradictory` for a rule that cannot be meant."""
        self.scope.require_known()
        ends_first = self.valid_until is not None and self.valid_until <= self.valid_from
        # What is taxed at nothing is zero-rated, and another category: EN 16931, BR-S-05.
        is_rated = self.treatment is RuleTreatment.STANDARD
        if ends_first or is_rated != (self.rate > ZERO):
            raise TaxRuleContradictory

    def ends_earlier(self, day: date) -> bool:
        """Tell whether the rule could end on `day`, before it does now, and still have been valid."""
        return self.valid_from < day and (self.valid_until is None or day < self.valid_until)

    def overlaps(self, other: "TaxRule") -> bool:
        """Tell whether both rules are valid on some day for the same scope."""
        if self.scope != other.scope:
            return False
        return (other.valid_until is None or self.valid_from < other.valid_until) and (
            self.valid_until is None or other.valid_from < self.valid_until
        )


def require_no_overlap(rule: TaxRule, others: Iterable[TaxRule]) -> None:
    """Raise `TaxRuleOverlaps`, naming the rule that stands in the way."""
    for other in others:
        if other.rule_id != rule.rule_id and rule.overlaps(other):
            raise TaxRuleOverlaps(rule=other.rule_id)


def rule_for(rules: Iterable[TaxRule], place: Territory, customer: CustomerType, product: str, day: date) -> TaxRule:
    """Return the one rule for a supply: of those valid on `day` the most closely drawn; raise `TaxRuleMissing`.

    Two of equal precision and different scope do not exist for one supply, and equal scopes never overlap.
    """
    fitting = [rule for rule in rules if rule.valid_on(day) and rule.scope.covers(place, customer, product)]
    if not fitting:
        raise TaxRuleMissing(territory=place.key, product=product, day=day.isoformat())
    return max(fitting, key=lambda rule: rule.scope.precision)
