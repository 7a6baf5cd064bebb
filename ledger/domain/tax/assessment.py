"""The tax of an order: each line decided by its product category, and the tax extracted by the seller's setting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from ledger.domain.tax.extraction import Breakdown, TaxedLine, breakdown, breakdown_by_line
from ledger.domain.tax.rate import ZERO, Rate
from ledger.domain.tax.rules import STANDARD, RuleTreatment, TaxRule
from ledger.domain.tax.treatment import OUT_OF_SCOPE, REVERSE_CHARGE, Buyer, Decision, Seller, decide

_RATED: Final = frozenset({RuleTreatment.STANDARD.value, RuleTreatment.ZERO.value})
_UNRATED: Final = {
    REVERSE_CHARGE: "the customer declares the tax, at the rate of their own state",
    RuleTreatment.EXEMPT.value: "an exempt supply bears no tax",
    OUT_OF_SCOPE: "what is out of scope bears no tax",
}


class Rounding(StrEnum):
    """Whether tax is rounded once for each category and rate of a document, or for each line by itself (TAX-7)."""

    GROUP = "group"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A line's gross amount in minor units, and its product category; a given `rate` stands in for the rule's."""

    gross: int
    product: str = STANDARD
    rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """How each line was decided, in order, and the tax that came of it."""

    decisions: tuple[Decision, ...]
    breakdown: Breakdown


def assess(
    seller: Seller, buyer: Buyer, lines: Sequence[SaleLine], day: date, rules: Sequence[TaxRule], rounding: Rounding
) -> Assessment:
    """Decide and extract the tax of `lines`; raise `TaxRuleMissing` where a rule is needed and there is none."""
    by_product = {
        product: decide(seller, buyer, product, day, rules)
        for product in dict.fromkeys(line.product for line in lines)
    }
    decisions = tuple(_at_given_rate(by_product[line.product], line.rate) for line in lines)
    taxed = [
        TaxedLine(line.gross, decision.category, decision.rate)
        for line, decision in zip(lines, decisions, strict=True)
    ]
    return Assessment(decisions, breakdown(taxed) if rounding is Rounding.GROUP else breakdown_by_line(taxed))


def _at_given_rate(decision: Decision, rate: Rate | None) -> Decision:
    if rate is None or rate == decision.rate:
        return decision
    if decision.category not in _RATED:
        said = f"the given rate of {rate.percent} % does not count: {_UNRATED[decision.category]}"
        return replace(decision, steps=(*decision.steps, said))
    said = f"the given rate of {rate.percent} % stands in for the rule's"
    # A taxable supply at nothing is zero-rated: EN 16931 wants a rate above it under S (BR-S-05).
    category = RuleTreatment.STANDARD if rate > ZERO else RuleTreatment.ZERO
    return replace(decision, category=category.value, rate=rate, rule_id=None, steps=(*decision.steps, said))
