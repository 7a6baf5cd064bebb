"""`ledger reconcile`: hold a provider's report against the books; exit status 1 if not everything is explained."""

from argparse import ArgumentParser, Namespace
from fractions import Fraction
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from cli import screen
from cli.books import accounts_of
from cli.exits import DONE, FOUND
from cli.opened import on_ledger
from ledger.application import ids
from ledger.application.reconciling.formats import FORMATS
from ledger.application.reconciling.reconciliations import DAYS, Reconciled
from ledger.application.reconciling.rows import ReportMalformed
from ledger.bootstrap import Ledger
from ledger.domain.clearing import Found
from ledger.domain.money import Money
from ledger.domain.reconciliation import Summary
from projections.history import History
from projections.movements import BookedMovements


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", type=Path, help="the report, a CSV file in UTF-8")
    parser.add_argument("--organization", required=True, metavar="org_…")
    parser.add_argument("--account", required=True, metavar="acct_…", help="the account that the report is of")
    parser.add_argument("--format", choices=sorted(FORMATS), default="stripe", help="stripe if absent")
    in_time = f"what is explained within N days is in time; {DAYS} if absent"
    parser.add_argument("--days", type=int, default=DAYS, choices=range(1, 91), metavar="N", help=in_time)
    parser.add_argument("--json", action="store_true", help="for machines")


def run(arguments: Namespace) -> int:
    """Reconcile, and tell what it came to."""

    async def reconcile(ledger: Ledger) -> int:
        if not arguments.file.is_file():
            raise ReportMalformed(file=str(arguments.file), problem="there is no such file")
        ports = ledger.ports
        history = History(ledger.recorder, ports.pages, ledger.mapper)
        reconciled = await ledger.reconciliations.run(
            arguments.file,
            FORMATS[arguments.format],
            ids.inside("organization", arguments.organization),
            arguments.account,
            movements=BookedMovements(accounts_of(ledger), ports.views, history),
            days=arguments.days,
        )
        if arguments.json:
            screen.json({"id": ids.outside("reconciliation", reconciled.reconciliation_id), **_facts(reconciled)})
        else:
            show(reconciled, screen.console())
        return DONE if explained(reconciled.summary) else FOUND

    return on_ledger("reconcile", reconcile)


def explained(summary: Summary) -> bool:
    """Tell whether every line and every movement found its counterpart."""
    return all(count.found is Found.MATCHED for count in summary.counts)


def percent(part: int, whole: int) -> str:
    """Write a share exactly down to a hundredth of a percent, rounded down: 100 % is said of nothing less."""
    hundredths = int(Fraction(part, whole) * 10_000) if whole else 10_000
    return f"{hundredths // 100}.{hundredths % 100:02d} %"


def show(reconciled: Reconciled, out: Console) -> None:
    """Print what it came to, the headline first."""
    summary, days = reconciled.summary, reconciled.terms.days
    for share in summary.shares:
        value, part = Money(share.value_minor, share.currency), percent(share.explained_minor, share.value_minor)
        in_time = percent(share.in_time_minor, share.value_minor)
        out.print(f"[b]{part}[/] of {value} explained, {in_time} within {days} days  [dim](REC-3)[/]")
    shown = screen.table("found", "how many")
    for count in summary.counts:
        color = "green" if count.found is Found.MATCHED else "red"
        shown.add_row(f"[{color}]{count.found.value}[/]", str(count.number))
    out.print(shown)
    out.print(f"[dim]{escape(ids.outside('reconciliation', reconciled.reconciliation_id))}[/]")
    if not explained(summary):
        out.print("what is open: ledger item list --organization org_…")


def _facts(reconciled: Reconciled) -> dict[str, object]:
    terms, summary = reconciled.terms, reconciled.summary
    return {
        "digest": terms.digest,
        "begins_at": terms.begins_at,
        "ends_at": terms.ends_at,
        "days": terms.days,
        "lines": summary.lines,
        "found": {count.found.value: count.number for count in summary.counts},
        "shares": summary.shares,
    }
