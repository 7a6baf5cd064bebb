"""`ledger tax`: how a sale is taxed and why, and the rates there are; needs no server."""

from argparse import ArgumentParser, Namespace

from cli import tax_explain, tax_rates


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="explain|rates")
    tax_explain.arguments(
        actions.add_parser("explain", help="say offline how a sale is taxed, step by step, and why")
    )
    tax_rates.arguments(actions.add_parser("rates", help="list the starting table of rates, with its sources"))


def run(arguments: Namespace) -> int:
    """Do what was asked."""
    match arguments.action:
        case "explain":
            return tax_explain.run(arguments)
        case _:
            return tax_rates.run(arguments)
