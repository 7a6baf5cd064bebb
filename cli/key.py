"""`ledger key`: API keys, each shown once, when it is created; what each may do."""

from argparse import ArgumentParser, Namespace
from uuid import UUID

from rich.console import Console
from rich.markup import escape

from cli import screen
from cli.opened import on_ledger
from ledger.application import ids
from ledger.bootstrap import Ledger
from ledger.domain.access import Scope
from ledger.domain.organization import KeyUnknown
from ledger.domain.values import Mode


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="create|list|revoke")
    created = actions.add_parser("create", help="create a key and show it, this once")
    created.add_argument("organization", metavar="org_…")
    created.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.TEST.value)
    created.add_argument("--label", default="created by hand", help="what it is for")
    created.add_argument(
        "--scope",
        action="append",
        choices=[scope.value for scope in Scope],
        metavar="RESOURCE:read|write",
        help="let it do this and nothing else, may be repeated; without any it has full rights. "
        f"One of {', '.join(Scope)}",
    )
    listed = actions.add_parser("list", help="show the keys of an organization, what each may do, and when")
    listed.add_argument("organization", metavar="org_…")
    revoked = actions.add_parser("revoke", help="stop accepting a key")
    revoked.add_argument("key_id", help="the part of the key before its dot, without what begins it (sk_test_)")


def run(arguments: Namespace) -> int:
    """Do what was asked."""
    match arguments.action:
        case "create":
            return on_ledger("key create", lambda ledger: _create(ledger, arguments))
        case "list":
            return on_ledger("key list", lambda ledger: _list(ledger, arguments.organization))
        case _:
            return on_ledger("key revoke", lambda ledger: _revoke(ledger, arguments.key_id))


async def _create(ledger: Ledger, arguments: Namespace) -> int:
    organization_id = ids.inside("organization", arguments.organization)
    scopes = None if arguments.scope is None else map(Scope, arguments.scope)
    key = await ledger.organizations.issue_key(organization_id, Mode(arguments.mode), arguments.label, scopes=scopes)
    screen.console().print(key, soft_wrap=True, markup=False)
    Console(stderr=True).print("[dim]only a digest is kept: nobody can show this key again[/]")
    return 0


async def _list(ledger: Ledger, organization: str) -> int:
    owner = await ledger.organizations.get(ids.inside("organization", organization))
    used = await ledger.ports.key_uses.last(owner.keys)
    shown = screen.table("key", "mode", "label", "may", "last used (UTC)")
    for key in owner.keys.values():
        rights = "everything" if key.scopes is None else ", ".join(key.scopes)
        last = f"{used[key.key_id]:%Y-%m-%d %H:%M}" if key.key_id in used else "never"
        shown.add_row(key.key_id, key.mode.value, escape(key.label), rights, last)
    screen.console().print(shown)
    return 0


async def _revoke(ledger: Ledger, key_id: str) -> int:
    if len(key_id) <= ids.DIGITS or not ids.HEX.issuperset(key_id):
        raise KeyUnknown
    await ledger.organizations.revoke_key(UUID(hex=key_id[: ids.DIGITS]), key_id)
    screen.console().print(f"[green]✓[/] {key_id} is not accepted any more")
    return 0
