"""`ledger org invoicing`: how an organization invoices from now on."""

from argparse import ArgumentParser, Namespace

from rich.markup import escape

from cli import screen
from cli.exits import DONE
from cli.opened import on_ledger
from ledger.application import ids
from ledger.application.invoicing.settings import terms_of
from ledger.bootstrap import Ledger
from ledger.domain.address import address_of
from ledger.domain.values import Mode


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("organization", metavar="org_…")
    parser.add_argument("--legal-name", required=True, metavar="NAME", help="as it is registered")
    parser.add_argument("--country", required=True, metavar="DE")
    parser.add_argument("--street", required=True, metavar="LINE", action="append", help="may be given for each line")
    parser.add_argument("--city")
    parser.add_argument("--postcode")
    parser.add_argument("--region")
    parser.add_argument("--invoice-prefix", default="INV-", metavar="INV-", help="before the numbers of invoices")
    parser.add_argument("--credit-note-prefix", default="CN-", metavar="CN-", help="before those of credit notes")
    parser.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.TEST, help="test if absent")


def run(arguments: Namespace) -> int:
    """Describe how it invoices, all of it."""
    return on_ledger("org invoicing", lambda ledger: _describe(ledger, arguments))


async def _describe(ledger: Ledger, arguments: Namespace) -> int:
    street = "\n".join(arguments.street)
    address = address_of(arguments.country, street, arguments.city, arguments.postcode, arguments.region)
    terms = terms_of(arguments.legal_name, address, arguments.invoice_prefix, arguments.credit_note_prefix)
    organization_id = ids.inside("organization", arguments.organization)
    noted = await ledger.documents.settings.describe(organization_id, arguments.mode, terms)
    said = "so it was already" if noted.position is None else "from now on"
    prefixes = f"{terms.invoice_prefix} and {terms.credit_note_prefix}"
    screen.console().print(f"[green]✓[/] {escape(terms.legal_name)} issues {prefixes}: {said}")
    return DONE
