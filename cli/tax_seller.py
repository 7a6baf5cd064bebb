"""`ledger tax seller`: how an organization sells from now on."""

from argparse import ArgumentParser, Namespace

from cli import screen
from cli.exits import DONE
from cli.opened import on_ledger
from ledger.application import ids
from ledger.bootstrap import Ledger
from ledger.domain.tax.assessment import Rounding
from ledger.domain.tax.rulebook import SellerTerms
from ledger.domain.values import Mode


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("organization", metavar="org_…")
    parser.add_argument("--country", required=True, metavar="DE", help="where it is established")
    parser.add_argument("--oss", action="store_true", help="it declares through the One-Stop Shop")
    parser.add_argument("--vat-number", metavar="DE…", help="its own, with its prefix")
    parser.add_argument("--time-zone", default="UTC", metavar="ZONE", help="whose days rules go by: Europe/Berlin")
    parser.add_argument(
        "--rounding", type=Rounding, choices=list(Rounding), default=Rounding.GROUP, help="group if absent"
    )
    parser.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.TEST, help="test if absent")


def run(arguments: Namespace) -> int:
    """Describe the seller, all of it."""
    return on_ledger("tax seller", lambda ledger: _describe(ledger, arguments))


async def _describe(ledger: Ledger, arguments: Namespace) -> int:
    seller = SellerTerms(
        arguments.country.upper(), arguments.oss, arguments.vat_number, arguments.time_zone, arguments.rounding
    )
    organization_id = ids.inside("organization", arguments.organization)
    noted = await ledger.rulebooks.describe_seller(organization_id, arguments.mode, seller)
    said = "so it was already" if noted.position is None else "from now on"
    oss = "with OSS" if seller.oss else "without OSS"
    screen.console().print(f"[green]✓[/] sells from {seller.country}, {oss}: {said}")
    return DONE
