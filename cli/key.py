"""`ledger key`: API keys, each shown once, when it is created."""

from argparse import ArgumentParser, Namespace
from uuid import UUID

from rich.console import Console

from cli import screen
from cli.opened import on_ledger
from ledger.application import ids
from ledger.bootstrap import Ledger
from ledger.domain.organization import KeyUnknown
from ledger.domain.values import Mode


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="create|revoke")
    created = actions.add_parser("create", help="create a key and show it, this once")
    created.add_argument("organization", metavar="org_…")
    created.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.TEST.value)
    created.add_argument("--label", default="created by hand", help="what it is for")
    revoked = actions.add_parser("revoke", help="stop accepting a key")
    revoked.add_argument("key_id", help="the part of the key before its dot, without sk_test_ or sk_live_")


def run(arguments: Namespace) -> int:
    """Do what was asked."""
    if arguments.action == "create":
        return on_ledger("key create", lambda ledger: _create(ledger, arguments))
    return on_ledger("key revoke", lambda ledger: _revoke(ledger, arguments.key_id))


async def _create(ledger: Ledger, arguments: Namespace) -> int:
    organization_id = ids.inside("organization", arguments.organization)
    key = await ledger.organizations.issue_key(organization_id, Mode(arguments.mode), arguments.label)
    screen.console().print(key, soft_wrap=True, markup=False)
    Console(stderr=True).print("[dim]only a digest is kept: nobody can show this key again[/]")
    return 0


async def _revoke(ledger: Ledger, key_id: str) -> int:
    if len(key_id) <= ids.DIGITS or not ids.HEX.issuperset(key_id):
        raise KeyUnknown
    await ledger.organizations.revoke_key(UUID(hex=key_id[: ids.DIGITS]), key_id)
    screen.console().print(f"[green]✓[/] {key_id} is not accepted any more")
    return 0
