"""`ledger review`: what a person must decide, and closing what they have looked into."""

from argparse import ArgumentParser, Namespace
from typing import Any

from rich.markup import escape

from cli import screen
from cli.exits import DONE
from cli.newest import history_of, newest
from cli.opened import on_ledger
from consumers.rules import asking_again_of
from ledger.application import ids
from ledger.application.views import Document
from ledger.bootstrap import Ledger
from ledger.domain.errors import NotFound
from ledger.domain.review import LONGEST_NOTE, Resolution
from projections.catalogue import REVIEWS


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|show|close")
    listed = actions.add_parser("list", help="list what is open, of all merchants, the newest first")
    listed.add_argument("--all", action="store_true", help="what is closed, too")
    listed.add_argument("--limit", type=int, default=50)
    listed.add_argument("--json", action="store_true", help="for machines")
    shown = actions.add_parser("show", help="show one, and what to look at")
    shown.add_argument("review", metavar="rv_…")
    shown.add_argument("--json", action="store_true", help="for machines")
    closed = actions.add_parser(
        "close",
        help="let one rest; about an unknown outcome the provider is asked first, and what it tells is applied",
    )
    closed.add_argument("review", metavar="rv_…")
    closed.add_argument("--note", required=True, help=f"why, in up to {LONGEST_NOTE} characters")
    closed.add_argument(
        "--stated",
        action="store_true",
        help="you looked at the provider's own desk, and it cannot tell either; the outcome stays unknown",
    )


def run(arguments: Namespace) -> int:
    """Do what was asked."""
    match arguments.action:
        case "list":
            return on_ledger("review list", lambda ledger: _list(ledger, arguments))
        case "show":
            return on_ledger("review show", lambda ledger: _show(ledger, arguments))
        case _:
            return on_ledger("review close", lambda ledger: close(ledger, arguments))


async def _list(ledger: Ledger, arguments: Namespace) -> int:
    found = await newest(
        ledger,
        REVIEWS,
        lambda document: arguments.all or document.body["status"] == "open",
        limit=max(0, arguments.limit),
    )
    if arguments.json:
        screen.json([_plain(document) for document in found])
        return DONE
    shown = screen.table("review", "status", "reason", "about", "since (UTC)", "detail")
    for body in map(_plain, found):
        since = body["created_at"].partition(".")[0].replace("T", " ")
        shown.add_row(body["id"], body["status"], body["reason"], body["subject"], since, escape(body["detail"]))
    screen.console().print(shown)
    return DONE


def _plain(document: Document) -> dict[str, Any]:
    return {**document.body, "organization": ids.outside("organization", document.organization_id)}


async def _show(ledger: Ledger, arguments: Namespace) -> int:
    document = await history_of(ledger).fold(REVIEWS, ids.inside("review", arguments.review))
    if document is None:
        raise NotFound
    body = _plain(document)
    if arguments.json:
        screen.json(body)
        return DONE
    shown = screen.table("", "")
    shown.show_header = False
    for name, value in body.items():
        shown.add_row(f"[dim]{name}[/]", "" if value is None else escape(str(value)))
    out = screen.console()
    out.print(shown)
    look = "ipn show" if body["reason"].startswith("ipn_") else "replay"
    out.print(f"\n[dim]look at it: ledger {look} {body['subject']}[/]", soft_wrap=True)
    if body["work_item"]:
        out.print(f"[dim]set its work going again: ledger work retry {body['work_item']}[/]", soft_wrap=True)
    return DONE


async def close(ledger: Ledger, arguments: Namespace) -> int:
    """Close a review: ask the provider first where an outcome is unknown."""
    review = await ledger.reviews.get(ids.inside("review", arguments.review))
    review.require_closable(arguments.note)
    resolution = await asking_again_of(ledger).resolve(review, stated=arguments.stated)
    await ledger.reviews.close(review.id, resolution, arguments.note)
    screen.console().print(f"[green]✓[/] {arguments.review} is closed: {_SAID[resolution]}")
    return DONE


_SAID = {
    Resolution.LOOKED_INTO: "somebody looked into it",
    Resolution.PROVIDER_ASKED: "the provider was asked, and what it told is recorded",
    Resolution.STATED: "the provider cannot tell; the outcome stays unknown",
    Resolution.SETTLED: "what was doubtful is on record since",
}
