"""`ledger item`: what is open in clearing, and closing what a person has looked at."""

from argparse import ArgumentParser, Namespace
from typing import Final

from rich.markup import escape

from cli import screen
from cli.exits import DONE
from cli.opened import on_ledger
from ledger.application import ids
from ledger.bootstrap import Ledger
from ledger.domain.money import Money
from ledger.domain.values import Mode
from projections.catalogue import CLEARING_ITEMS
from projections.catching_up import caught_up
from projections.clearing_items import open_series
from projections.history import History

PER_PAGE: Final = 100


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|close")
    listed = actions.add_parser("list", help="list what is open, the newest first")
    listed.add_argument("--organization", required=True, metavar="org_…")
    listed.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.LIVE, help="live if absent")
    listed.add_argument("--before", type=int, metavar="POSITION", help="go on from there")
    listed.add_argument("--json", action="store_true", help="for machines")
    closed = actions.add_parser("close", help="say why nothing more is to be done about one")
    closed.add_argument("item", metavar="ci_…")
    closed.add_argument("--reason", required=True)


def run(arguments: Namespace) -> int:
    """Do what was asked."""

    async def close(ledger: Ledger) -> int:
        await ledger.reconciliations.close(ids.inside("clearing_item", arguments.item), arguments.reason)
        return DONE

    async def listed(ledger: Ledger) -> int:
        return await _list(ledger, arguments)

    return on_ledger(f"item {arguments.action}", listed if arguments.action == "list" else close)


async def _list(ledger: Ledger, arguments: Namespace) -> int:
    ports, organization_id = ledger.ports, ids.inside("organization", arguments.organization)
    store, series = ports.views, open_series(organization_id, arguments.mode)
    collection = await caught_up(CLEARING_ITEMS, store, History(ledger.recorder, ports.pages, ledger.mapper))
    found = await store.latest(collection, series, before=arguments.before, limit=PER_PAGE)
    if arguments.json:
        screen.json([dict(item.body) for item in found])
        return DONE
    shown = screen.table("item", "about", "found", "lines", "reported")
    for item in found:
        body = item.body
        sums = ", ".join(str(Money(line["gross_minor"], line["currency"])) for line in body["lines"])
        shown.add_row(body["id"], escape(body["subject"]), body["found"] or "", str(len(body["lines"])), sums)
    screen.console().print(shown)
    if len(found) == PER_PAGE:
        screen.console().print(f"[dim]… more with --before {found[-1].created}[/]")
    return DONE
