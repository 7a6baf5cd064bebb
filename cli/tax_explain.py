"""`ledger tax explain`: how a sale is taxed and why, its tax lines and totals; nothing is asked of any server."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cli import screen, tax_words
from cli.exits import DONE, FOUND
from cli.tax_explanation import GivenNumber, Question, explain, facts, given_number
from cli.tax_shown import show
from ledger.application.tax.starting_table import AS_OF, starting_rows
from ledger.application.tax.table import MOST_BYTES, Row, rows_of, text_of
from ledger.domain.tax.assessment import Rounding, SaleLine
from ledger.domain.tax.rules import CustomerType
from ledger.domain.tax.treatment import Buyer, NumberState, Seller
from ledger.runtime.clock import SystemClock

MOST_LINES: Final = 1_000
_STATES: Final = [state.value for state in NumberState if state is not NumberState.ABSENT]
EXAMPLE: Final = """
  ledger tax explain --seller DE --oss --country FR --postcode 75001 \\
    --currency EUR --line 119.00 --line 20.00@reduced --line 10.00@5.5%

Supplies are electronic services. The exit status is 1 where the VAT number is none.
"""


def arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.epilog = f"example:{EXAMPLE}"
    parser.set_defaults(usage_error=parser.error)
    parser.add_argument("--seller", type=tax_words.country, required=True, metavar="DE", help="where the seller is")
    parser.add_argument("--oss", action="store_true", help="the seller declares through the One-Stop Shop")
    parser.add_argument(
        "--country", type=tax_words.country, required=True, metavar="FR", help="where the customer is"
    )
    parser.add_argument(
        "--postcode",
        type=tax_words.postcode,
        help="tells Madeira, the Canary Islands and their like from their countries",
    )
    parser.add_argument("--customer", type=CustomerType, choices=list(CustomerType), default=CustomerType.CONSUMER)
    parser.add_argument("--vat-number", type=given_number, metavar="FR…", help="with its prefix; nobody is asked")
    parser.add_argument("--vat-state", type=NumberState, choices=_STATES, help="what is known of it (unknown)")
    parser.add_argument("--ip-country", type=tax_words.country, metavar="FR", help="where the customer is seen to be")
    parser.add_argument("--date", type=tax_words.day, metavar="DAY", help="the day of the sale (today in UTC)")
    parser.add_argument("--currency", type=tax_words.currency, default="EUR", help="of the lines, ISO 4217 (EUR)")
    parser.add_argument(
        "--line",
        type=tax_words.line,
        action="append",
        default=[],
        metavar="GROSS[@CATEGORY|@RATE%]",
        help="119.00, 20.00@reduced, 10.00@5.5%%; repeat it; without any there is only the decision",
    )
    parser.add_argument(
        "--rules", type=_table, metavar="FILE.csv", help="decide by this table, not by the shipped one"
    )
    parser.add_argument("--rounding", type=Rounding, choices=list(Rounding), default=Rounding.GROUP)
    parser.add_argument("--json", action="store_true", help="for machines")


def run(arguments: Namespace) -> int:
    """Explain a sale; 1 if its VAT number is none."""
    question = _question(arguments)
    explanation = explain(question, _rows(arguments))
    if arguments.json:
        screen.json(facts(explanation))
    else:
        show(explanation, screen.console())
    return FOUND if question.number is not None and question.number.number is None else DONE


def _question(arguments: Namespace) -> Question:
    number: GivenNumber | None = arguments.vat_number
    state = _state(arguments, number)
    return Question(
        day=arguments.date or SystemClock().now().date(),
        currency=arguments.currency,
        seller=Seller(arguments.seller, arguments.oss),
        buyer=Buyer(arguments.country, arguments.postcode, arguments.customer, state),
        number=number,
        ip_country=arguments.ip_country,
        lines=_lines(arguments),
        rounding=arguments.rounding,
        rules_from=f"the starting table, as of {AS_OF}" if arguments.rules is None else arguments.rules[0],
    )


def _state(arguments: Namespace, number: GivenNumber | None) -> NumberState:
    """Return what is known: what was said, but what is no number is never valid."""
    if number is None and arguments.vat_state is None:
        return NumberState.ABSENT
    if number is not None and number.number is None:
        return NumberState.INVALID
    return arguments.vat_state or NumberState.UNKNOWN


def _lines(arguments: Namespace) -> tuple[SaleLine, ...]:
    if len(arguments.line) > MOST_LINES:
        arguments.usage_error(f"a sale has at most {MOST_LINES} lines")
    try:
        return tuple(
            SaleLine(tax_words.minor_of(line.amount, arguments.currency), line.product, line.rate)
            for line in arguments.line
        )
    except tax_words.AmountMeaningless as meaningless:
        arguments.usage_error(f"argument --line: {meaningless}")
        raise AssertionError("the parser has ended the command") from None


def _rows(arguments: Namespace) -> Sequence[Row]:
    if arguments.rules is None:
        return starting_rows()
    _, raw = arguments.rules
    return rows_of(text_of(raw))


def _table(name: str) -> tuple[str, bytes]:
    """Read one byte more than a table may have, so that one that is too long is told to be."""
    try:
        with Path(name).open("rb") as file:
            return tax_words.readable(Path(name).name), file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ArgumentTypeError(f"cannot be read: {error.strerror}") from None
