"""`ledger secret`: keys of provider accounts and secrets of their notifications, sealed in the vault."""

import getpass
import sys
from argparse import ArgumentParser, Namespace
from datetime import timedelta
from typing import Final

from rich.markup import escape

from cli import screen
from cli.opened import on_ledger
from ledger.application import ids
from ledger.application.provider_secrets import FIELDS
from ledger.application.sealing import Place
from ledger.application.secret import Secret
from ledger.application.vault import SecretUnknown
from ledger.bootstrap import Ledger
from ledger.domain.organization import ProviderNotConnected

OVERLAP_H: Final = 24


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes; a secret itself is never among its arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="set|rotate|list|reseal")
    for name, summary in (
        ("set", "let a secret count from now on, and no other"),
        ("rotate", "let a secret count from now on, and those before it for a while"),
    ):
        changed = actions.add_parser(name, help=f"{summary}; it is read from the standard input, or asked for")
        changed.add_argument("organization", metavar="org_…")
        changed.add_argument("account", metavar="acct_…")
        changed.add_argument("field", choices=FIELDS)
        if name == "rotate":
            changed.add_argument(
                "--overlap-hours", type=int, default=OVERLAP_H, choices=range(1, 24 * 31), metavar="H"
            )
    listed = actions.add_parser("list", help="say which secrets there are, and since when; never what they are")
    listed.add_argument("organization", metavar="org_…")
    actions.add_parser("reseal", help="seal every secret under the newest master key")


def run(arguments: Namespace) -> int:
    """Do what was asked."""
    match arguments.action:
        case "list":
            return on_ledger("secret list", lambda ledger: _list(ledger, arguments.organization))
        case "reseal":
            return on_ledger("secret reseal", _reseal)
        case action:
            secret, overlap = _asked(), timedelta(hours=getattr(arguments, "overlap_hours", 0))
            return on_ledger(f"secret {action}", lambda ledger: _put(ledger, arguments, secret, overlap))


def _asked() -> Secret:
    text = getpass.getpass("the secret: ") if sys.stdin.isatty() else sys.stdin.read()
    return Secret(text.strip())


async def _put(ledger: Ledger, arguments: Namespace, secret: Secret, overlap: timedelta) -> int:
    organization = await ledger.organizations.get(ids.inside("organization", arguments.organization))
    if arguments.account not in organization.accounts:
        raise ProviderNotConnected(account=arguments.account)
    place = Place(organization.id, arguments.account, arguments.field)
    if arguments.action == "rotate" and not await ledger.vault.valid(place):
        raise SecretUnknown
    version = await ledger.vault.put(place, secret, overlap=overlap)
    screen.console().print(f"[green]✓[/] {arguments.field} of {escape(arguments.account)}, version {version}")
    return 0


async def _list(ledger: Ledger, organization_id: str) -> int:
    organization = await ledger.organizations.get(ids.inside("organization", organization_id))
    shown = screen.table("account", "secret", "version", "valid from (UTC)", "until")
    for account_id in organization.accounts:
        for name in FIELDS:
            for each in await ledger.vault.valid(Place(organization.id, account_id, name)):
                until = "" if each.valid_until is None else f"{each.valid_until:%Y-%m-%d %H:%M:%S}"
                since = f"{each.valid_from:%Y-%m-%d %H:%M:%S}"
                shown.add_row(escape(account_id), name, str(each.version), since, until)
    screen.console().print(shown)
    return 0


async def _reseal(ledger: Ledger) -> int:
    done, closed = await ledger.vault.reseal()
    screen.console().print(f"[green]✓[/] {done} sealed anew, {closed} could not be opened")
    return 1 if closed else 0
