"""`ledger tax import`: take over a table of rules, or the shipped one, all of it or nothing."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cli import screen
from cli.exits import DONE
from cli.opened import on_ledger
from ledger.application import ids
from ledger.application.tax.rulebooks import Imported
from ledger.application.tax.starting_table import AS_OF, starting_rows
from ledger.application.tax.table import MOST_BYTES, Row, rows_of, text_of
from ledger.bootstrap import Ledger
from ledger.domain.errors import Refused
from ledger.domain.values import Mode

STANDARD_INPUT: Final = "-"


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("organization", metavar="org_…")
    table = parser.add_mutually_exclusive_group(required=True)
    table.add_argument(
        "file", nargs="?", type=_table, metavar="FILE.csv", help="a table of rules in UTF-8; - is the standard input"
    )
    table.add_argument("--eu", action="store_true", help=f"the shipped rates of all member states, as of {AS_OF}")
    parser.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.TEST, help="test if absent")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(arguments: Namespace) -> int:
    """Read the table, which needs no server, and take it over."""
    rows = starting_rows() if arguments.eu else rows_of(text_of(arguments.file))
    return on_ledger("tax import", lambda ledger: _take_over(ledger, arguments, rows))


async def _take_over(ledger: Ledger, arguments: Namespace, rows: Sequence[Row]) -> int:
    organization_id = ids.inside("organization", arguments.organization)
    try:
        imported = await ledger.rulebooks.import_rules(
            organization_id, arguments.mode, [row.rule for row in rows], dry_run=arguments.dry_run
        )
    except Refused as refusal:
        raise _with_line(refusal, rows) from None
    if arguments.json:
        screen.json(_facts(imported, dry_run=arguments.dry_run))
        return DONE
    changes = imported.changes
    would = "would be " if arguments.dry_run else ""
    screen.console().print(
        f"[green]✓[/] {len(changes.created)} {would}created, {len(changes.ended)} {would}ended, "
        f"{len(changes.unchanged)} there already"
    )
    return DONE


def _facts(imported: Imported, *, dry_run: bool) -> dict[str, object]:
    changes = imported.changes
    return {
        "created": [rule.rule_id for rule in changes.created],
        "ended": [{"id": each.rule_id, "valid_until": each.valid_until.isoformat()} for each in changes.ended],
        "unchanged": list(changes.unchanged),
        "dry_run": dry_run,
    }


def _with_line(refusal: Refused, rows: Sequence[Row]) -> Refused:
    """Return the refusal with the line of the table that it is about."""
    lines = {row.rule.rule_id: row.line for row in rows}
    refused = refusal.facts.get("refused")
    if not isinstance(refused, str) or refused not in lines:
        return refusal
    return type(refusal)(refusal.detail, line=lines[refused], **refusal.facts)


def _table(name: str) -> bytes:
    """Read one byte more than a table may have, so that one that is too long is told to be."""
    try:
        if name == STANDARD_INPUT:
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with Path(name).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ArgumentTypeError(f"cannot be read: {error.strerror}") from None
