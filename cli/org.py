"""`ledger org`: the merchants of this ledger and their accounts at providers."""

from argparse import ArgumentParser, Namespace

from rich.markup import escape

from cli import org_invoicing, screen
from cli.opened import on_ledger
from ledger.adapters.providers import NAMES
from ledger.application import ids
from ledger.application.ipns import endpoint
from ledger.application.provider import ProviderTestOnly
from ledger.application.provider_secrets import vault_name
from ledger.bootstrap import Ledger
from ledger.domain.organization import ProviderAccount
from ledger.domain.values import Mode, email, masked


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    names = "create|show|contact|connect|connect-stripe|invoicing"
    actions = parser.add_subparsers(dest="action", required=True, metavar=names)
    actions.add_parser("create", help="register a merchant").add_argument("name", help="what it is called")
    actions.add_parser("show", help="show its keys and accounts").add_argument("organization", metavar="org_…")
    contact = actions.add_parser("contact", help="say where the merchant is written to")
    contact.add_argument("organization", metavar="org_…")
    where = contact.add_mutually_exclusive_group(required=True)
    where.add_argument("--email", metavar="ADDRESS", help="about what needs them, such as a disabled endpoint")
    where.add_argument("--none", action="store_true", help="nowhere any more")
    stripe = actions.add_parser("connect-stripe", help="send its charges of one mode to a Stripe account")
    _connecting(stripe, account="acct_…", publishable_key_required=True)
    stripe.set_defaults(provider="stripe")
    connected = actions.add_parser("connect", help="send its charges of one mode to an account at a provider")
    connected.add_argument("provider", choices=NAMES)
    _connecting(connected, account="ID", publishable_key_required=False)
    org_invoicing.arguments(actions.add_parser("invoicing", help="say how it invoices; without it nothing is issued"))


def _connecting(parser: ArgumentParser, *, account: str, publishable_key_required: bool) -> None:
    parser.add_argument("organization", metavar="org_…")
    parser.add_argument(
        "--account", required=True, metavar=account, help="its id there; at Adyen the merchant account's code"
    )
    parser.add_argument("--secret-name", help="of its key in PROVIDER_SECRETS; in the vault if this is absent")
    parser.add_argument(
        "--publishable-key",
        required=publishable_key_required,
        default="",
        metavar="pk_…",
        help="what the customer's page uses",
    )
    parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.TEST.value)


def run(arguments: Namespace) -> int:
    """Do what was asked."""
    match arguments.action:
        case "create":
            return on_ledger("org create", lambda ledger: _create(ledger, arguments.name))
        case "show":
            return on_ledger("org show", lambda ledger: _show(ledger, arguments.organization))
        case "invoicing":
            return org_invoicing.run(arguments)
        case "contact":
            return on_ledger("org contact", lambda ledger: _contact(ledger, arguments))
        case _:
            return on_ledger(f"org {arguments.action}", lambda ledger: _connect(ledger, arguments))


async def _create(ledger: Ledger, name: str) -> int:
    organization_id = await ledger.organizations.register(name)
    screen.console().print(ids.outside("organization", organization_id))
    return 0


async def _show(ledger: Ledger, organization: str) -> int:
    shown = await ledger.organizations.get(ids.inside("organization", organization))
    out = screen.console()
    out.print(f"[b]{escape(shown.name)}[/]  {organization}")
    if shown.contact is not None:
        out.print(f"  contact  {escape(masked(shown.contact))}")
    for key in shown.keys.values():
        out.print(f"  key      {key.mode.value}  {key.key_id}  {escape(key.label)}")
    for account in shown.accounts.values():
        out.print(f"  account  {account.mode.value}  {account.provider} {escape(account.account_id)}")
    return 0


async def _contact(ledger: Ledger, arguments: Namespace) -> int:
    contact = None if arguments.none else email(arguments.email)
    await ledger.organizations.write_to(ids.inside("organization", arguments.organization), contact)
    where = "not written to" if contact is None else f"written to at {escape(masked(contact))}"
    screen.console().print(f"[green]✓[/] {arguments.organization} is {where}")
    return 0


async def _connect(ledger: Ledger, arguments: Namespace) -> int:
    if arguments.provider == "programmable" and arguments.mode != Mode.TEST.value:
        raise ProviderTestOnly(account=arguments.account)
    organization_id = ids.inside("organization", arguments.organization)
    account = ProviderAccount(
        account_id=arguments.account,
        provider=arguments.provider,
        mode=Mode(arguments.mode),
        secret_name=arguments.secret_name or vault_name(organization_id),
        publishable_key=arguments.publishable_key,
    )
    await ledger.organizations.connect(organization_id, account)
    screen.console().print(f"[green]✓[/] {account.mode.value} charges go to {escape(account.account_id)}")
    hook = f"/hooks/{account.provider}/{endpoint(organization_id, account.account_id)}"
    screen.console().print(f"  its notifications are taken at {escape(hook)}")
    return 0
