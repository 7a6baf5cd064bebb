"""What is known of a sale, how it was decided, and what came of it, for people and for machines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cli.tax_words import readable
from ledger.application.tax.table import Row
from ledger.domain.tax.assessment import Assessment, Rounding, SaleLine, assess
from ledger.domain.tax.extraction import Extracted
from ledger.domain.tax.location import LocationEvidence, LocationKind, located
from ledger.domain.tax.territory import territory_of
from ledger.domain.tax.treatment import Buyer, Decision, NumberState, Seller
from ledger.domain.vat.members import PREFIXES
from ledger.domain.vat.number import VatNumber, VatNumberMalformed, parse


@dataclass(frozen=True, slots=True)
class GivenNumber:
    """A VAT number as it was written, and what it is: a well-formed one, or the reason why it is none."""

    written: str
    number: VatNumber | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """A sale to be explained. `rules_from` says where the rules are from."""

    day: date
    currency: str
    seller: Seller
    buyer: Buyer
    number: GivenNumber | None
    ip_country: str | None
    lines: tuple[SaleLine, ...]
    rounding: Rounding
    rules_from: str


@dataclass(frozen=True, slots=True)
class Case:
    """A decision, the row of its rule if one said it, and the numbers of the lines it is about."""

    decision: Decision
    row: Row | None
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer: each decision once, the tax of the lines if there are any, and what says where the customer is."""

    question: Question
    cases: tuple[Case, ...]
    assessment: Assessment | None
    evidence: tuple[LocationEvidence, ...]


def given_number(written: str) -> GivenNumber:
    """Read a VAT number without asking anybody."""
    try:
        return GivenNumber(readable(written), parse(written), None)
    except VatNumberMalformed as malformed:
        return GivenNumber(readable(written), None, str(malformed.facts["reason"]))


def explain(question: Question, rows: Sequence[Row]) -> Explanation:
    """Decide the sale by the rules of `rows`; raise `TaxRuleMissing`."""
    rules = [row.rule for row in rows]
    lines = question.lines or (SaleLine(0),)
    found = assess(question.seller, question.buyer, lines, question.day, rules, question.rounding)
    by_decision: dict[Decision, list[int]] = {}
    for number, decision in enumerate(found.decisions, start=1):
        by_decision.setdefault(decision, []).append(number)
    by_id = {row.rule.rule_id: row for row in rows}
    cases = tuple(
        Case(decision, by_id.get(decision.rule_id or ""), tuple(numbers if question.lines else ()))
        for decision, numbers in by_decision.items()
    )
    return Explanation(question, cases, found if question.lines else None, tuple(_evidence(question)))


def _evidence(question: Question) -> Iterable[LocationEvidence]:
    buyer, given = question.buyer, question.number
    yield LocationEvidence(LocationKind.BILLING_ADDRESS, territory_of(buyer.country, buyer.postcode).country)
    if given is not None and given.number is not None and buyer.number is NumberState.VALID:
        yield LocationEvidence(LocationKind.VAT_NUMBER, PREFIXES[given.number.country])
    if question.ip_country is not None:
        yield LocationEvidence(LocationKind.IP_ADDRESS, territory_of(question.ip_country).country)


def facts(explanation: Explanation) -> dict[str, Any]:
    """Return everything for machines; amounts are whole minor units of the currency."""
    question, found = explanation.question, explanation.assessment
    seller, buyer, given = question.seller, question.buyer, question.number
    return {
        "date": question.day,
        "currency": question.currency,
        "seller": {"country": seller.country, "oss": seller.oss},
        "customer": {
            "country": buyer.country,
            "postcode": buyer.postcode,
            "territory": territory_of(buyer.country, buyer.postcode).key,
            "type": buyer.type,
        },
        "vat_number": {
            "written": None if given is None else given.written,
            "number": None if given is None or given.number is None else str(given.number),
            "malformed": None if given is None else given.reason,
            "state": buyer.number,
        },
        "location": {"evidence": explanation.evidence, "standing": located(explanation.evidence)},
        "rules": question.rules_from,
        "rounding": question.rounding,
        "decisions": [_case(case) for case in explanation.cases],
        "lines": [] if found is None else _lines(question, found),
        "groups": [] if found is None else _groups(found),
        "total": None if found is None else _amounts(found.breakdown.total),
    }


def rule_facts(row: Row) -> dict[str, Any]:
    """Return a rule as a row of a table has it, for machines."""
    rule = row.rule
    return {
        "id": rule.rule_id,
        "country": rule.scope.country,
        "territory": rule.scope.territory,
        "customer": rule.scope.customer,
        "product": rule.scope.product,
        "treatment": rule.treatment,
        "rate": rule.rate.percent,
        "valid_from": rule.valid_from,
        "valid_until": rule.valid_until,
        "source": row.source,
    }


def _case(case: Case) -> dict[str, Any]:
    decision = case.decision
    return {
        "lines": case.lines,
        "treatment": decision.treatment,
        "category": decision.category,
        "rate": decision.rate.percent,
        "taxed_in": decision.taxed_in,
        "rule": None if case.row is None else rule_facts(case.row),
        "steps": decision.steps,
    }


def _lines(question: Question, found: Assessment) -> list[dict[str, Any]]:
    return [
        {
            "product": line.product,
            "given_rate": None if line.rate is None else line.rate.percent,
            "category": decision.category,
            "rate": decision.rate.percent,
            **_amounts(share),
        }
        for line, decision, share in zip(question.lines, found.decisions, found.breakdown.lines, strict=True)
    ]


def _groups(found: Assessment) -> list[dict[str, Any]]:
    return [
        {"category": group.category, "rate": group.rate.percent, **_amounts(group.amounts)}
        for group in found.breakdown.groups
    ]


def _amounts(each: Extracted) -> dict[str, int]:
    return {"net_minor": each.net, "tax_minor": each.tax, "gross_minor": each.gross}
