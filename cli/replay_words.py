"""What an event says in a sentence, where its fields alone would bury it."""

from collections.abc import Iterator, Mapping
from typing import Final

from cli.tax_shown import DECIDED
from ledger.application.history import Step
from ledger.application.plain import Plain
from ledger.domain.money import Money
from ledger.domain.tax.treatment import Treatment

_TAXED: Final = {
    "checkout.billing_set": "billed",
    "checkout.tax_renewed": "renewed for the day of the payment",
    "checkout.tax_confirmed": "confirmed",
    "checkout.tax_corrected": "corrected",
}
_EVIDENCE: Final = "tax_evidence.recorded"
_MOST_GROUPS: Final = 5


def sentences(step: Step) -> list[str]:
    """Return what a step says, the most important first; nothing where its fields say it as well."""
    if step.topic in _TAXED:
        return [f"{_TAXED[step.topic]}: {_decision(step.facts)}", *_groups(step.facts)]
    return [_answer(step.facts)] if step.topic == _EVIDENCE else []


def _decision(facts: Mapping[str, Plain]) -> str:
    decided = DECIDED[Treatment(str(facts["taxed.decisions.1.decision.treatment"]))]
    said = f"{decided}, {facts['taxed.basis.territory']} on {facts['taxed.basis.day']}"
    if "taxed.basis.number.number" not in facts:
        return said
    known = _known(facts["taxed.basis.number.state"], facts.get("taxed.basis.number.reason"))
    stale = ", an old answer" if facts["taxed.basis.number.is_stale"] else ""
    return f"{said}; {facts['taxed.basis.number.number']} {known}{stale}"


def _groups(facts: Mapping[str, Plain]) -> Iterator[str]:
    for number in range(1, _MOST_GROUPS + 1):
        group = f"taxed.groups.{number}."
        if f"{group}gross" not in facts:
            return
        gross, net = int(facts[f"{group}gross"] or 0), int(facts[f"{group}net"] or 0)
        currency = str(facts["taxed.currency"])
        tax = Money(gross - net, currency)
        yield f"{facts[f'{group}category']} {facts[f'{group}rate']}: {tax} of {Money(gross, currency)} is tax"


def _answer(facts: Mapping[str, Plain]) -> str:
    known = _known(facts["terms.state"], facts.get("terms.reason"))
    said = f"the register said of {facts['terms.number']}: {known}, {facts['terms.source']}"
    consultation = facts.get("terms.consultation_number")
    return said if consultation is None else f"{said}, consultation number {consultation}"


def _known(state: Plain, reason: Plain) -> str:
    return str(state) if reason is None else f"{state} ({reason})"
