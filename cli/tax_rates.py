"""`ledger tax rates`: the starting table of rates with its sources; exit status 1 if it has nothing of the place."""

from argparse import ArgumentParser, Namespace

from rich.markup import escape

from cli import screen, tax_words
from cli.exits import DONE, FOUND
from cli.tax_explanation import rule_facts
from ledger.application.tax.starting_table import AS_OF, starting_rows
from ledger.application.tax.table import Row
from ledger.domain.tax.rules import Scope
from ledger.domain.tax.territory import TERRITORIES, territory_of


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("place", nargs="?", type=_place, metavar="COUNTRY", help="DE, or a territory: PT-20 (all)")
    parser.add_argument("--on", type=tax_words.day, metavar="DAY", help="only what is valid on the day")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(arguments: Namespace) -> int:
    """List the table, or what it says of a place."""
    rows = [
        row
        for row in starting_rows()
        if (arguments.place is None or _is_of(row.rule.scope, arguments.place))
        and (arguments.on is None or row.rule.valid_on(arguments.on))
    ]
    if arguments.json:
        screen.json([rule_facts(row) for row in rows])
    elif rows:
        _show(rows)
    else:
        screen.console().print("the table says nothing of that")
    return DONE if rows else FOUND


def _show(rows: list[Row]) -> None:
    shown = screen.table("place", "rate for", "rate", "from", "before", "source")
    shown.columns[2].justify = "right"
    for column in shown.columns[:5]:
        column.no_wrap = True
    for row in rows:
        rule = row.rule
        shown.add_row(
            rule.scope.territory or rule.scope.country,
            rule.scope.product or "any product",
            f"{rule.rate.percent} %",
            rule.valid_from.isoformat(),
            "" if rule.valid_until is None else rule.valid_until.isoformat(),
            f"[dim]{escape(row.source)}[/]",
        )
    out = screen.console()
    out.print(shown)
    out.print(f"\n[dim]{len(rows)} rates; the sources are of {AS_OF}[/]")


def _place(text: str) -> str:
    key = text.upper()
    return key if key in {each.key for each in TERRITORIES} else tax_words.country(key)


def _is_of(scope: Scope, place: str) -> bool:
    """Tell whether the rule holds in the place; Monaco's rates are those of France."""
    if scope.territory is not None:
        return place in {scope.territory, scope.country}
    special = next((each for each in TERRITORIES if each.key == place), None) or territory_of(place)
    return scope.country == special.country and special.rates_of == scope.country
