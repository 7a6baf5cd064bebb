"""`ledger tax`: the rules of tax of organizations, and how they sell."""

from argparse import ArgumentParser, Namespace

from cli import tax_import, tax_rules, tax_seller


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="import|list|end|seller")
    tax_import.arguments(
        actions.add_parser("import", help="take over a table of rules, all of it or nothing; again is harmless")
    )
    tax_rules.listing(actions.add_parser("list", help="list an organization's rules, and how it sells"))
    tax_rules.ending(actions.add_parser("end", help="end a rule, before it does now"))
    tax_seller.arguments(actions.add_parser("seller", help="say how an organization sells from now on"))


def run(arguments: Namespace) -> int:
    """Do what was asked."""
    match arguments.action:
        case "import":
            return tax_import.run(arguments)
        case "list":
            return tax_rules.run_listing(arguments)
        case "end":
            return tax_rules.run_ending(arguments)
        case _:
            return tax_seller.run(arguments)
