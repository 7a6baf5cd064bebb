"""The table an organization may start from: what the member states tax at, and have taxed at since 2019.

It has the standard and the main reduced rates of all 27 states, and of the territories whose rates are their own. The
product categories are the kinds of rates: none for whatever is at the standard rate, `reduced`, `reduced_2` and
`reduced_3`, `super_reduced` (below 5 %) and `parking` (Directive 2006/112/EC, articles 98, 110 and 118). Which goods
are in which differs from state to state, and is the merchant's to say. A rate that is older begins on the table's
first day; rates of a few goods for some months are left out.

Every row names its sources: the Commission's Taxes in Europe Database (TEDB) as the data set eu-vat-rates-data has
it, Duty27's history of standard rates (duty27.com, CC BY 4.0), ibericode/vat-rates, and acts where they are known.
"""

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

from ledger.application.tax.table import Row, rows_of, text_of
from ledger.domain.tax.rules import TaxRule

BEGINS: Final = date(2019, 1, 1)
AS_OF: Final = date(2026, 9, 29)
"""The day the sources are of; what was enacted since is not in it."""


@cache
def starting_rows() -> tuple[Row, ...]:
    """Return the rows of the table, each with its sources."""
    return tuple(rows_of(text_of((files("ledger.application.tax") / "eu_rates.csv").read_bytes())))


@cache
def starting_rules() -> tuple[TaxRule, ...]:
    """Return the rules of the table."""
    return tuple(row.rule for row in starting_rows())
