"""`ledger tax`: how a sale is taxed and why, the rates there are, and the rules of tax of organizations."""

from argparse import ArgumentParser, Namespace

from cli import tax_explain, tax_import, tax_rates, tax_rules, tax_seller


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="explain|rates|import|list|end|seller")
    tax_explain.arguments(
        actions.add_parser("explain", help="say offline how a sale is taxed, step by step, and why")
    )
    tax_rates.arguments(actions.add_parser("rates", help="list the starting table of rates, with its sources"))
    tax_import.arguments(
        actions.add_parser("import", help="take over a table of rules, all of it or nothing; again is harmless")
    )
    tax_rules.listing(actions.add_parser("list", help="list an organization's rules, and how it sells"))
    tax_rules.ending(actions.add_parser("end", help="end a rule, before it does now"))
    tax_seller.arguments(actions.add_parser("seller", help="say how an organization sells from now on"))


def run(arguments: Namespace) -> int:
    """Do what was asked."""
    match arguments.action:
        case "explain":
            return tax_explain.run(arguments)
        case "rates":
            return tax_rates.run(arguments)
        case "import":
            return tax_import.run(arguments)
        case "list":
            return tax_rules.run_listing(arguments)
        case "end":
            return tax_rules.run_ending(arguments)
        case _:
            return tax_seller.run(arguments)
