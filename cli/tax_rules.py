"""`ledger tax list` and `end`: an organization's rules of tax, and ending one."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any

from cli import screen
from cli.exits import DONE
from cli.newest import history_of
from cli.opened import on_ledger
from cli.tax_words import day
from ledger.application import ids
from ledger.application.views import Document
from ledger.bootstrap import Ledger
from ledger.domain.values import Mode
from projections.catalogue import TAX_RULEBOOKS
from projections.tax_rulebooks import is_asked_for

Rule = dict[str, Any]


def listing(parser: ArgumentParser) -> None:
    """Say what `list` takes."""
    parser.add_argument("organization", metavar="org_…")
    parser.add_argument("--on", type=day, metavar="DAY", help="only what is valid on the day")
    parser.add_argument("--country", metavar="DE", help="only what is for the country, its territories included")
    parser.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.TEST, help="test if absent")
    parser.add_argument("--json", action="store_true", help="for machines")


def ending(parser: ArgumentParser) -> None:
    """Say what `end` takes."""
    parser.add_argument("organization", metavar="org_…")
    parser.add_argument("rule", metavar="txr_…")
    parser.add_argument("day", type=day, metavar="DAY", help="the first day it is not valid any more")
    parser.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.TEST, help="test if absent")


def run_listing(arguments: Namespace) -> int:
    """List the rules."""
    return on_ledger("tax list", lambda ledger: _list(ledger, arguments))


def run_ending(arguments: Namespace) -> int:
    """End a rule."""
    return on_ledger("tax end", lambda ledger: _end(ledger, arguments))


async def _list(ledger: Ledger, arguments: Namespace) -> int:
    organization_id = ids.inside("organization", arguments.organization)
    stream_id = await ledger.rulebooks.stream_of(organization_id, arguments.mode)
    document = await history_of(ledger).fold(TAX_RULEBOOKS, stream_id)
    valid_on, country = arguments.on and arguments.on.isoformat(), arguments.country and arguments.country.upper()
    rules: list[Rule] = [] if document is None else document.body["rules"]
    asked_for = [rule for rule in rules if is_asked_for(rule, valid_on, country)]
    if arguments.json:
        screen.json({"seller": None if document is None else document.body["seller"], "rules": asked_for})
    else:
        _show(document, asked_for)
    return DONE


def _show(document: Document | None, rules: Sequence[Rule]) -> None:
    out, seller = screen.console(), None if document is None else document.body["seller"]
    if seller is None:
        out.print("[dim]nothing was said yet of how it sells[/]")
    else:
        oss = "with OSS" if seller["oss"] else "without OSS"
        number = seller["vat_number"] or "no VAT number"
        out.print(f"sells from {seller['country']}, {oss}, {number}, {seller['time_zone']}, by {seller['rounding']}")
    shown = screen.table("rule", "place", "customer", "product", "", "rate", "from", "before")
    shown.columns[5].justify = "right"
    for rule in rules:
        place = rule["territory"] or rule["country"]
        scope = (place, rule["customer"] or "any", rule["product"] or "any")
        rate = f"{rule['rate']} %"
        shown.add_row(rule["id"], *scope, rule["treatment"], rate, rule["valid_from"], rule["valid_until"] or "")
    out.print(shown)


async def _end(ledger: Ledger, arguments: Namespace) -> int:
    organization_id = ids.inside("organization", arguments.organization)
    noted = await ledger.rulebooks.end_rule(organization_id, arguments.mode, arguments.rule, arguments.day)
    screen.console().print(f"[green]✓[/] {noted.rule.rule_id} is valid before {arguments.day}, and no longer")
    return DONE
