"""`ledger rebuild`: build a view anew beside the live one, compare them, and switch; exit status 1 if they differ."""

from argparse import ArgumentParser, Namespace

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli import screen
from cli.exits import DONE, FOUND
from cli.opened import on_ledger
from ledger.bootstrap import Ledger
from projections.catalogue import KEPT
from projections.history import History
from projections.rebuild import Rebuild, Rebuilt

BY_NAME = {view.name: view for view in KEPT}


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("view", choices=sorted(BY_NAME), help="the view to build anew")
    parser.add_argument("--keep-live", action="store_true", help="compare only; go on reading the live one")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(arguments: Namespace) -> int:
    """Rebuild, and tell how the live view differed."""

    async def rebuild(ledger: Ledger) -> int:
        history = History(ledger.recorder, ledger.ports.pages, ledger.mapper)
        rebuilding = Rebuild(
            recorder=ledger.recorder, mapper=ledger.mapper, store=ledger.ports.views, history=history
        )
        rebuilt = await _watched(rebuilding, arguments.view, switch=not arguments.keep_live)
        if arguments.json:
            screen.json(rebuilt)
        else:
            show(rebuilt, arguments.view, screen.console())
        return FOUND if rebuilt.differing else DONE

    return on_ledger("rebuild", rebuild)


async def _watched(rebuilding: Rebuild, view: str, *, switch: bool) -> Rebuilt:
    columns = (TextColumn("rebuilding"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("rebuilding", total=None)
        return await rebuilding.run(
            BY_NAME[view],
            switch=switch,
            progress=lambda reached, end: bar.update(task, completed=reached, total=end),
        )


def show(rebuilt: Rebuilt, view: str, out: Console) -> None:
    """Print what came of it."""
    if not rebuilt.compared:
        out.print(f"[green]✓[/] {view} was built through event {rebuilt.position}; it was stored in another form")
        return
    if not rebuilt.differing:
        out.print(f"[green]✓[/] {view} through event {rebuilt.position} is document for document what it was")
        return
    out.print(f"[red]✗[/] {rebuilt.differing} documents of {view} differed from what the journal says:")
    for difference in rebuilt.differences:
        out.print(f"  {escape(str(difference))}")
