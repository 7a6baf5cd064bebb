"""How a sale is taxed, as accountants and support read it: what is known, what was decided and why, its totals."""

from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from cli import screen
from cli.tax_explanation import Case, Explanation, Question
from ledger.domain.money import Money
from ledger.domain.tax.assessment import Assessment, Rounding
from ledger.domain.tax.extraction import Extracted
from ledger.domain.tax.location import Located, LocationKind, located
from ledger.domain.tax.rules import STANDARD, CustomerType
from ledger.domain.tax.territory import territory_of
from ledger.domain.tax.treatment import NumberState, Treatment

DECIDED: Final = {
    Treatment.DOMESTIC: "domestic",
    Treatment.DESTINATION: "taxed where the customer is",
    Treatment.ORIGIN: "taxed where the seller is",
    Treatment.REVERSE_CHARGE: "reverse charge",
    Treatment.REGISTERED_ABROAD: "taxed abroad, where the seller is registered",
    Treatment.OUT_OF_SCOPE: "out of scope",
}
_LAW: Final = {
    Treatment.DESTINATION: "Directive 2006/112/EC, article 58",
    Treatment.ORIGIN: "Directive 2006/112/EC, article 59c",
    Treatment.REVERSE_CHARGE: "Directive 2006/112/EC, articles 44 and 196",
}
_KINDS: Final = {
    LocationKind.BILLING_ADDRESS: "billing address",
    LocationKind.VAT_NUMBER: "VAT number",
    LocationKind.IP_ADDRESS: "IP address",
}
_LOCATED: Final = {
    Located.AGREEING: "two that agree, as an auditor wants",
    Located.SINGLE: "only one; an auditor wants two that agree",
    Located.CONTRADICTING: "[yellow]they contradict each other[/]",
}
_ROUNDED: Final = {
    Rounding.GROUP: "Tax is rounded once for each category and rate; the lines share the net by largest remainder.",
    Rounding.LINE: "Tax is rounded for each line by itself, and each category and rate is the sum of its lines.",
}


def show(explanation: Explanation, out: Console) -> None:
    """Print an explanation."""
    question = explanation.question
    out.print(f"[b]A sale on {question.day}[/]")
    _show_known(explanation, out)
    for case in explanation.cases:
        _show_case(case, question, out)
    if explanation.assessment is not None:
        _show_lines(question, explanation.assessment, out)
        _show_groups(question, explanation.assessment, out)
        out.print(f"\n[dim]{_ROUNDED[question.rounding]}[/]")


def _show_known(explanation: Explanation, out: Console) -> None:
    question = explanation.question
    seller, buyer = question.seller, question.buyer
    place = territory_of(buyer.country, buyer.postcode)
    oss = "declares through the One-Stop Shop" if seller.oss else "does not declare through the One-Stop Shop"
    who = "a business" if buyer.type is CustomerType.BUSINESS else "a consumer"
    where = buyer.country if buyer.postcode is None else f"{buyer.country} {escape(buyer.postcode)}"
    named = "" if place.name == place.key else f": {place.name} ({place.key})"
    evidence = ", ".join(f"{_KINDS[each.kind]} {each.country}" for each in explanation.evidence)
    known = screen.table("", "")
    known.show_header = False
    known.add_row("[dim]seller[/]", f"{seller.country}, {oss}")
    known.add_row("[dim]customer[/]", f"{who} in {where}{named}")
    known.add_row("[dim]VAT number[/]", _number(question))
    known.add_row("[dim]location[/]", f"{evidence}: {_LOCATED[located(explanation.evidence)]}")
    known.add_row("[dim]rules[/]", escape(question.rules_from))
    out.print(known)


def _number(question: Question) -> str:
    state, given = question.buyer.number, question.number
    if given is None:
        return "none" if state is NumberState.ABSENT else f"not given; taken as {state}"
    if given.number is None:
        said = (given.reason or "").replace("_", " ")
        return f"[red]{escape(given.written)} is malformed: {said}[/]; taken as {state}"
    return f"{given.number} is well-formed; taken as {state}, nobody was asked"


def _show_case(case: Case, question: Question, out: Console) -> None:
    decision = case.decision
    of = f"{'Line' if len(case.lines) == 1 else 'Lines'} {_numbers(case.lines)}" if case.lines else "Decision"
    out.print(f"\n[b]{of}: {DECIDED[decision.treatment]}, {decision.category} {decision.rate.percent} %[/]")
    steps = screen.table("", "")
    steps.show_header = False
    for number, step in enumerate((*decision.steps, *_of_rule(case, question)), start=1):
        steps.add_row(f"[dim]{number}.[/]", escape(f"{step[0].upper()}{step[1:]}."))
    if decision.treatment in _LAW:
        steps.add_row("", f"[dim]{_LAW[decision.treatment]}[/]")
    out.print(Padding(steps, (0, 0, 0, 2)))


def _of_rule(case: Case, question: Question) -> list[str]:
    """Return what is to be known of the rule: whom it is for, since when, and where it is from."""
    if case.row is None:
        return []
    rule, source = case.row.rule, case.row.source
    until = "" if rule.valid_until is None else f" and before {rule.valid_until}"
    place = rule.scope.territory or rule.scope.country
    about = f"the rule is for {rule.scope.product or 'any product'} in {place}, from {rule.valid_from} on{until}"
    said = [f"{about} ({_plain(source)})" if source else about]
    unknown = {question.lines[number - 1].product for number in case.lines} - {STANDARD, rule.scope.product}
    if rule.scope.product is None and unknown:
        said.append(f"there is no rule of its own for {', '.join(sorted(unknown))} there on that day")
    return said


def _show_lines(question: Question, found: Assessment, out: Console) -> None:
    shown = screen.table("line", "product", "category", "rate", "net", "tax", "gross")
    for column in (shown.columns[0], *shown.columns[3:]):
        column.justify, column.no_wrap = "right", True
    rows = zip(question.lines, found.decisions, found.breakdown.lines, strict=True)
    for number, (line, decision, share) in enumerate(rows, start=1):
        product = line.product if line.rate is None else f"at {line.rate.percent} %, given"
        shown.add_row(
            str(number), product, decision.category, f"{decision.rate.percent} %", *_amounts(share, question)
        )
    out.print(f"\n[b]Lines[/] in {question.currency}")
    out.print(shown)


def _show_groups(question: Question, found: Assessment, out: Console) -> None:
    shown = screen.table("category", "rate", "net", "tax", "gross")
    for column in shown.columns[1:]:
        column.justify, column.no_wrap = "right", True
    for group in found.breakdown.groups:
        shown.add_row(group.category, f"{group.rate.percent} %", *_amounts(group.amounts, question))
    total = (f"[b]{amount}[/]" for amount in _amounts(found.breakdown.total, question))
    shown.add_row("[b]total[/]", "", *total)
    out.print(f"\n[b]Tax[/] in {question.currency}")
    out.print(shown)


def _amounts(each: Extracted, question: Question) -> tuple[str, str, str]:
    net, tax, gross = (
        str(Money(minor, question.currency)).removesuffix(f" {question.currency}")
        for minor in (each.net, each.tax, each.gross)
    )
    return net, tax, gross


def _plain(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))
