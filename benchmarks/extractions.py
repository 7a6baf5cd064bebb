"""Extracting tax: single amounts, whole documents, and orders decided by the starting table first."""

import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Final

from benchmarks.harness import Figure
from ledger.application.tax.starting_table import starting_rules
from ledger.domain.tax.assessment import Rounding, SaleLine, assess
from ledger.domain.tax.extraction import TaxedLine, breakdown, extract
from ledger.domain.tax.rate import Rate
from ledger.domain.tax.rules import CustomerType
from ledger.domain.tax.treatment import Buyer, Seller
from ledger.runtime.devstack import Servers

COUNT: Final = 100_000
LINES: Final = 10
ROUNDS: Final = 5
RATES: Final = [Rate.of(percent) for percent in ("5.5", "10", "19", "20", "25.5")]
PRODUCTS: Final = ("standard", "reduced", "super_reduced")
PARIS: Final = Buyer("FR", "75001", CustomerType.CONSUMER)


def figures(_running: Servers) -> list[Figure]:
    """Return the seconds that 100,000 extractions take, which need no server."""
    return [
        _figure("100,000 amounts", _amounts, at_most=1),
        _figure("100,000 lines in documents of 10", _documents, at_most=2),
        _figure("10,000 orders of 10 lines, decided by the starting table", _orders, at_most=None),
    ]


def _figure(name: str, work: Callable[[], object], *, at_most: float | None) -> Figure:
    """Return the median of some rounds; without a control there is only the limit."""
    seconds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return Figure(f"extracting tax: {name}", round(median(seconds), 3), "s", at_most=at_most)


def _amounts() -> None:
    for gross in range(COUNT):
        extract(gross, RATES[gross % len(RATES)])


def _documents() -> None:
    for first in range(0, COUNT, LINES):
        breakdown([TaxedLine(gross, "S", RATES[gross % len(RATES)]) for gross in range(first, first + LINES)])


def _orders() -> None:
    seller, day, rules = Seller("DE", oss=True), date(2026, 11, 23), starting_rules()
    for first in range(0, COUNT, LINES):
        lines = [SaleLine(gross, PRODUCTS[gross % len(PRODUCTS)]) for gross in range(first, first + LINES)]
        assess(seller, PARIS, lines, day, rules, Rounding.GROUP)
