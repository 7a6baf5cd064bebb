"""`ledger work`: what the consumers have to do, what they gave up, and setting that going again."""

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from rich.markup import escape

from cli import screen
from cli.opened import on_ledger
from ledger.application import ids
from ledger.application.dead_work import DeadWork
from ledger.application.work import WorkItem, WorkState
from ledger.bootstrap import Ledger


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|show|retry|hasten")
    listed = actions.add_parser("list", help="list items of one state")
    listed.add_argument("--state", choices=[state.value for state in WorkState], default=WorkState.DEAD.value)
    listed.add_argument("--limit", type=int, default=100)
    listed.add_argument("--json", action="store_true", help="for machines")
    shown = actions.add_parser("show", help="show one item")
    shown.add_argument("item", help="its id: 41:charge_on_payment_initiated")
    shown.add_argument("--json", action="store_true", help="for machines")
    retried = actions.add_parser("retry", help="set dead items going again")
    retried.add_argument("item", nargs="+", help="their ids")
    hastened = actions.add_parser("hasten", help="have items done now that wait for their time")
    hastened.add_argument("item", nargs="+", help="their ids")


def run(arguments: Namespace) -> int:
    """Do what was asked."""
    match arguments.action:
        case "list":
            return on_ledger("work list", lambda ledger: _list(ledger, arguments))
        case "show":
            return on_ledger("work show", lambda ledger: _show(ledger, arguments))
        case "hasten":
            return on_ledger("work hasten", lambda ledger: _hasten(ledger, arguments.item))
        case _:
            return on_ledger("work retry", lambda ledger: _retry(ledger, arguments.item))


async def _list(ledger: Ledger, arguments: Namespace) -> int:
    items = await ledger.ports.work.listed(WorkState(arguments.state), limit=arguments.limit)
    if arguments.json:
        screen.json([_plain(item) for item in items])
        return 0
    out = screen.console()
    if items:
        shown = screen.table("item", "of", "due (UTC)", "attempts", "last error")
        for item in items:
            due = f"{item.due_at:%Y-%m-%d %H:%M:%S}"
            shown.add_row(item.item_id, _subject(item), due, str(item.attempts), escape(item.last_error or ""))
        out.print(shown)
    counts = await ledger.ports.work.counts()
    out.print("  ".join(f"{state.value} [b]{count}[/]" for state, count in counts.items()))
    return 0


async def _show(ledger: Ledger, arguments: Namespace) -> int:
    item = await ledger.ports.work.get(arguments.item)
    if arguments.json:
        screen.json(_plain(item))
        return 0
    shown = screen.table("", "")
    shown.show_header = False
    for name, value in _plain(item).items():
        shown.add_row(f"[dim]{name}[/]", "" if value is None else escape(str(value)))
    out = screen.console()
    out.print(shown)
    out.print(f"\n[dim]its history: ledger replay {_subject(item)}[/]")
    return 0


async def _retry(ledger: Ledger, items: list[str]) -> int:
    dead = DeadWork(ledger.repository, ledger.ports.work, ledger.ports.clock)
    for item in items:
        await dead.retry(item)
        screen.console().print(f"[green]✓[/] {escape(item)} goes again")
    return 0


async def _hasten(ledger: Ledger, items: list[str]) -> int:
    out, work, late = screen.console(), ledger.ports.work, 0
    for name in items:
        item = await work.get(name)
        if await work.hasten(item.stream_id, item.consumer, now=ledger.ports.clock.now()):
            out.print(f"[green]✓[/] {escape(name)} is done next")
        else:
            late += 1
            out.print(f"[yellow]•[/] {escape(name)} does not wait: it is {item.state.value}")
    return 1 if late else 0


def _plain(item: WorkItem) -> dict[str, object]:
    return asdict(item) | {"stream_id": _subject(item), "state": item.state.value}


def _subject(item: WorkItem) -> str:
    kind = item.queue.partition(".")[0]
    return ids.outside(kind, item.stream_id) if kind in ids.PREFIXES else item.stream_id.hex
