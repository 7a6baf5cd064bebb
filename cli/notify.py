"""`ledger notify`: where merchants are told what happens, and what became of a notification."""

from argparse import ArgumentParser, Namespace
from uuid import UUID

from rich.console import Console
from rich.markup import escape

from cli import screen
from cli.opened import on_ledger
from ledger.application import ids
from ledger.application.notifications import TYPES
from ledger.bootstrap import Ledger
from ledger.domain.endpoint import Endpoints
from ledger.domain.values import Mode


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|list|rotate|enable|remove|show|resend")
    for name, summary in (
        ("add", "tell an address of what happens; its secret is shown this once"),
        ("list", "list the endpoints of an organization"),
        ("rotate", "sign with a new secret, and with the one before it for a day"),
        ("enable", "send to a disabled endpoint again"),
        ("remove", "tell an address no more"),
    ):
        action = actions.add_parser(name, help=summary)
        action.add_argument("organization", metavar="org_…")
        action.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.TEST.value)
        if name == "add":
            action.add_argument("url", metavar="https://…")
            action.add_argument("--type", action="append", choices=list(TYPES.values()), help="all if absent")
        elif name != "list":
            action.add_argument("endpoint", metavar="we_…")
    for name, summary in (("show", "show one notification"), ("resend", "send one that has ended once more")):
        actions.add_parser(name, help=summary).add_argument("notification", metavar="ntf_…")


def run(arguments: Namespace) -> int:
    """Do what was asked."""
    doing = {
        "add": _add,
        "list": _list,
        "rotate": _rotate,
        "enable": _change,
        "remove": _change,
        "show": _show,
        "resend": _resend,
    }[arguments.action]
    return on_ledger(f"notify {arguments.action}", lambda ledger: doing(ledger, arguments))


def _owner(arguments: Namespace) -> tuple[UUID, Mode]:
    return ids.inside("organization", arguments.organization), Mode(arguments.mode)


async def _add(ledger: Ledger, arguments: Namespace) -> int:
    types = tuple(arguments.type or TYPES.values())
    endpoint_id, secret = await ledger.notifications.add(*_owner(arguments), arguments.url, types)
    screen.console().print(
        ids.outside("endpoint", endpoint_id), secret.reveal().decode(), soft_wrap=True, markup=False
    )
    Console(stderr=True).print("[dim]the secret is sealed now: nobody can show it again[/]")
    return 0


async def _list(ledger: Ledger, arguments: Namespace) -> int:
    endpoints = await ledger.notifications.endpoints(*_owner(arguments))
    shown = screen.table("endpoint", "url", "types", "state")
    for each in [] if endpoints is None else endpoints.known.values():
        assert endpoints is not None
        reason = endpoints.disabled.get(each.endpoint_id)
        state = "enabled" if reason is None else f"disabled: {reason}"
        shown.add_row(ids.outside("endpoint", each.endpoint_id), escape(each.url), ", ".join(each.types), state)
    screen.console().print(shown)
    return 0


async def _rotate(ledger: Ledger, arguments: Namespace) -> int:
    endpoint_id = ids.inside("endpoint", arguments.endpoint)
    secret = await ledger.notifications.rotate(*_owner(arguments), endpoint_id)
    screen.console().print(secret.reveal().decode(), soft_wrap=True, markup=False)
    return 0


async def _change(ledger: Ledger, arguments: Namespace) -> int:
    endpoint_id = ids.inside("endpoint", arguments.endpoint)
    doing = Endpoints.enable if arguments.action == "enable" else Endpoints.remove
    await ledger.notifications.change(*_owner(arguments), lambda endpoints: doing(endpoints, endpoint_id))
    screen.console().print(f"[green]✓[/] {arguments.endpoint}: {arguments.action}d")
    return 0


async def _show(ledger: Ledger, arguments: Namespace) -> int:
    notification = await ledger.notifications.get(ids.inside("notification", arguments.notification))
    terms = notification.terms
    ended = ", ".join(str(each) for each in (notification.reason, notification.http_status) if each is not None)
    answer = notification.answer.text if notification.answer else ""
    shown = screen.table("notification", "type", "endpoint", "status", "how it ended", "answer")
    endpoint = ids.outside("endpoint", terms.endpoint_id)
    shown.add_row(arguments.notification, terms.type, endpoint, notification.status, ended, escape(answer))
    screen.console().print(shown)
    screen.console().print(notification.body.text, soft_wrap=True, markup=False)
    return 0


async def _resend(ledger: Ledger, arguments: Namespace) -> int:
    await ledger.notifications.record(
        ids.inside("notification", arguments.notification), lambda notification: notification.resend()
    )
    screen.console().print(f"[green]✓[/] {arguments.notification} is sent once more")
    return 0
