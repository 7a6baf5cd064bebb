"""`ledger verify`: every check there is, with a progress bar; exit status 1 if anything was found."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli import screen
from cli.derived import DerivedBooks, derived
from cli.exits import DONE, FOUND
from cli.opened import on_ledger
from ledger.application.verification.books import Books
from ledger.application.verification.findings import Head, HeadMalformed
from ledger.application.verification.verifier import Verifier
from ledger.application.verification.views import Views
from ledger.bootstrap import Ledger
from projections.catalogue import VIEWS
from projections.history import History


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--expect",
        type=_head,
        action="append",
        default=[],
        metavar="SIZE:ROOT",
        help="a head noted down earlier; without one, a cut tail or a history rewritten as a whole goes unnoticed",
    )
    parser.add_argument("--no-views", action="store_true", help="check the journal alone")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(arguments: Namespace) -> int:
    """Verify, tell the findings and the head."""

    async def verify(ledger: Ledger) -> int:
        verifier = verifier_of(ledger, expected=arguments.expect, views=not arguments.no_views)
        await _watched(verifier)
        if arguments.json:
            screen.json(summary(verifier))
        else:
            show(verifier, screen.console())
        return FOUND if verifier.found else DONE

    return on_ledger("verify", verify)


def verifier_of(ledger: Ledger, *, expected: Sequence[Head] = (), views: bool = True) -> Verifier:
    """Return a verifier of this ledger's journal and, if asked for, its views."""
    ports = ledger.ports
    history = History(ledger.recorder, ports.pages, ledger.mapper)
    checked = Views(ports.views, derived(VIEWS, history)) if views else None
    books = Books(ports.views, DerivedBooks(history, ports.clock)) if views else None
    return Verifier(ports.pages, ledger.mapper, expected=expected, views=checked, books=books)


async def _watched(verifier: Verifier) -> None:
    columns = (
        TextColumn("verifying"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[found]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("verifying", total=None, found="")
        async for at in verifier.run():
            found = f"[red]{verifier.found} found[/]" if verifier.found else ""
            bar.update(task, total=at.last_position, completed=at.position, found=found)


def summary(verifier: Verifier) -> dict[str, object]:
    """Return what a verification says, for machines."""
    return {
        "head": str(verifier.head),
        "records": verifier.head.size,
        "streams": verifier.streams,
        "found": verifier.found,
        "findings": verifier.findings,
    }


def show(verifier: Verifier, out: Console) -> None:
    """Print what a verification says."""
    if verifier.findings:
        shown = screen.table("position", "check", "what differs")
        for finding in verifier.findings:
            shown.add_row(str(finding.position), f"[red]{finding.check.value}[/]", escape(finding.difference))
        out.print(shown)
        out.print(f"\n[red]✗ {verifier.found} found[/] in {verifier.head.size} records of {verifier.streams} streams")
        return
    out.print(f"[green]✓[/] {verifier.head.size} records of {verifier.streams} streams: nothing was changed")
    out.print(f"  head [b]{verifier.head}[/]", soft_wrap=True)
    out.print(
        "  [dim]note it down elsewhere and hold the journal against it next time: ledger verify --expect HEAD[/]"
    )


def _head(text: str) -> Head:
    try:
        return Head.parse(text)
    except HeadMalformed as error:
        raise ArgumentTypeError(error.detail) from None
