"""The tax of an order: each line decided by its product category, and the tax extracted by the seller's setting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ledger.domain.tax.extraction import Breakdown, TaxedLine, breakdown, breakdown_by_line
from ledger.domain.tax.rate import Rate
from ledger.domain.tax.rules import STANDARD, RuleTreatment, TaxRule
from ledger.domain.tax.treatment import Buyer, Decision, Seller, decide


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
    if decision.category != RuleTreatment.STANDARD:
        said = f"the given rate of {rate.percent} % does not count: nothing is taxed at a rate here"
        return replace(decision, steps=(*decision.steps, said))
    said = f"the given rate of {rate.percent} % stands in for the rule's"
    return replace(decision, rate=rate, rule_id=None, steps=(*decision.steps, said))
