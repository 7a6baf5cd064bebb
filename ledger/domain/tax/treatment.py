"""Deciding how a supply is taxed: territory, type of customer, VAT number, and then the rule of the day (TAX-4).

The decision keeps every step and what it rested on, because it goes into the event and is never decided again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from ledger.domain.tax.rate import ZERO, Rate
from ledger.domain.tax.rules import CustomerType, TaxRule, TaxRuleMissing, rule_for
from ledger.domain.tax.territory import Territory, in_vat_area, territory_of

REVERSE_CHARGE: Final = "AE"
OUT_OF_SCOPE: Final = "O"


class NumberState(StrEnum):
    """What is known of a VAT number; only `valid` changes the tax (VAT-1)."""

    ABSENT = "absent"
    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"


class Treatment(StrEnum):
    """Why a supply is taxed as it is."""

    DOMESTIC = "domestic"
    DESTINATION = "oss_destination"
    ORIGIN = "origin"
    REVERSE_CHARGE = "reverse_charge"
    REGISTERED_ABROAD = "registered_abroad"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Seller:
    """Where the organization is established, and whether it declares through the One-Stop Shop.

    Without OSS, below its threshold of 10,000 EUR a year, sales to consumers in other member states are taxed where
    the seller is; the threshold is for sellers in a member state alone (Directive 2006/112/EC, article 59c).
    """

    country: str
    oss: bool


@dataclass(frozen=True, slots=True)
class Buyer:
    """Where the customer is, what they are, and what is known of their VAT number."""

    country: str
    postcode: str | None
    type: CustomerType
    number: NumberState = NumberState.ABSENT


@dataclass(frozen=True, slots=True)
class Decision:
    """How a supply is taxed. `category` is EN 16931's; `steps` says in sentences how it came about."""

    treatment: Treatment
    category: str
    rate: Rate
    taxed_in: str
    rule_id: str | None
    steps: tuple[str, ...]


def decide(seller: Seller, buyer: Buyer, product: str, day: date, rules: Sequence[TaxRule]) -> Decision:
    """Decide the tax of one supply of a service; raise `TaxRuleMissing` where a rule is needed and there is none."""
    place = territory_of(buyer.country, buyer.postcode)
    home = territory_of(seller.country)
    steps = [f"the customer is in {place.key}" + (f", {place.name}" if place.name != place.key else "")]
    if place.country == home.country and place.in_vat_area:
        steps.append("that is the seller's own country: domestic, never reverse charge")
        return _by_rule(Treatment.DOMESTIC, place, buyer, product, day, rules, steps)
    if not in_vat_area(place, day):
        return _abroad(place, buyer, product, day, rules, steps)
    steps.append(f"that is in the EU's area of VAT on {day.isoformat()}, and not the seller's country")
    if buyer.type is CustomerType.BUSINESS and buyer.number is NumberState.VALID:
        steps.append("a business with a valid VAT number: the tax is the customer's to declare (reverse charge)")
        return Decision(Treatment.REVERSE_CHARGE, REVERSE_CHARGE, ZERO, place.key, None, tuple(steps))
    if buyer.type is CustomerType.BUSINESS:
        steps.append(f"a business whose VAT number is {buyer.number.value}: taxed as a consumer is")
    if seller.oss or not in_vat_area(home, day):
        steps.append(
            "the seller declares through the One-Stop Shop: taxed where the customer is"
            if seller.oss
            else "the seller is not in that area, where no threshold is for it: taxed where the customer is"
        )
        return _by_rule(Treatment.DESTINATION, place, buyer, product, day, rules, steps)
    steps.append("the seller stays below the One-Stop Shop's threshold: taxed where the seller is")
    return _by_rule(Treatment.ORIGIN, home, buyer, product, day, rules, steps)


def _abroad(
    place: Territory, buyer: Buyer, product: str, day: date, rules: Sequence[TaxRule], steps: list[str]
) -> Decision:
    """Decide for a place outside the EU's area: out of scope, unless the organization is registered there."""
    steps.append(f"that is outside the EU's area of VAT on {day.isoformat()}")
    try:
        return _by_rule(Treatment.REGISTERED_ABROAD, place, buyer, product, day, rules, steps)
    except TaxRuleMissing:
        steps.append("the organization has no rule for it: out of scope")
        return Decision(Treatment.OUT_OF_SCOPE, OUT_OF_SCOPE, ZERO, place.key, None, tuple(steps))


def _by_rule(
    treatment: Treatment,
    place: Territory,
    buyer: Buyer,
    product: str,
    day: date,
    rules: Sequence[TaxRule],
    steps: list[str],
) -> Decision:
    rule = rule_for(rules, place, buyer.type, product, day)
    said = f"rule {rule.rule_id}: {rule.treatment.name.lower().replace('_', ' ')}, {rule.rate.percent} %"
    return Decision(treatment, rule.treatment.value, rule.rate, place.key, rule.rule_id, (*steps, said))
