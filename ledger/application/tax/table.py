"""A table of tax rules as CSV, read whole or refused whole, with every problem named by its line and field.

The columns, in any order: `country`, `territory`, `customer`, `product`, `treatment` (EN 16931: S, Z, E, O), `rate`,
`valid_from`, `valid_until` (the first day it is not valid any more) and `source`, which is for people. An empty cell
is any territory's customer or product, no last day, and the rate of a treatment that has none.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.application.tax.table_line import COLUMNS, REQUIRED, Line, Problem
from ledger.domain.errors import Refused
from ledger.domain.tax.rules import Scope, TaxRule

MOST_BYTES: Final = 1_000_000
MOST_ROWS: Final = 5_000
MOST_TOLD: Final = 100
_BYTE_ORDER_MARK: Final = "\ufeff"
_LONGEST_NAME: Final = 40


class TaxTableMalformed(Refused):
    """The table cannot be read as rules of tax; nothing of it was taken."""

    code = "tax_table_malformed"

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Tell how many `problems` there are, and the first hundred by line, field (if it is one's) and reason."""
        told = [
            {"line": each.line, **({} if each.field is None else {"field": each.field}), "reason": each.reason}
            for each in problems[:MOST_TOLD]
        ]
        super().__init__(count=len(problems), problems=told)


@dataclass(frozen=True, slots=True)
class Row:
    """A rule, the line of the table it begins on, and where people find what it says."""

    line: int
    rule: TaxRule
    source: str


def text_of(raw: bytes) -> str:
    """Return the text of a table's bytes, which are UTF-8; raise `TaxTableMalformed`."""
    if len(raw) > MOST_BYTES:
        raise _too_long()
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise TaxTableMalformed([Problem(line, None, "is not UTF-8")]) from None


def rules_of(text: str) -> list[TaxRule]:
    """Return the rules of a table, in its order; raise `TaxTableMalformed`."""
    return [row.rule for row in rows_of(text)]


def rows_of(text: str) -> list[Row]:
    """Return the rows of a table, in its order; raise `TaxTableMalformed`, which names every problem there is."""
    if len(text) > MOST_BYTES or len(text.encode(errors="replace")) > MOST_BYTES:
        raise _too_long()
    rows: list[Row] = []
    problems: list[Problem] = []
    for line in _lines(text.removeprefix(_BYTE_ORDER_MARK), problems):
        rule = line.rule(_rule_id)
        if rule is not None:
            rows.append(Row(line.number, rule, line.text("source")))
        problems += line.problems
    problems += _overlaps(rows)
    if problems:
        raise TaxTableMalformed(sorted(problems, key=lambda each: each.line))
    return rows


def _lines(text: str, problems: list[Problem]) -> Iterator[Line]:
    """Yield the lines below the header, as long as anything can be made of them."""
    records = _records(text, problems)
    first = next(records, None)
    if first is None:
        problems.append(Problem(1, None, f"a header is missing: {','.join(COLUMNS)}"))
        return
    header = [cell.strip() for cell in first[1]]
    found = list(_problems_of_header(first[0], header))
    if found:
        problems += found
        return
    for count, (number, cells) in enumerate(records, start=1):
        if count > MOST_ROWS:
            problems.append(Problem(number, None, f"a table has at most {MOST_ROWS} rules"))
            return
        if len(cells) == len(header):
            yield Line(number, dict(zip(header, map(str.strip, cells), strict=True)))
        else:
            problems.append(Problem(number, None, f"has {len(cells)} fields where the header has {len(header)}"))


def _records(text: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each record that has anything in it, and the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(begins, None, f"is not CSV: {error}"))


def _problems_of_header(line: int, header: Sequence[str]) -> Iterator[Problem]:
    for number, name in enumerate(header, start=1):
        shown = name if name.isprintable() and 0 < len(name) <= _LONGEST_NAME else f"column {number}"
        if name not in COLUMNS:
            yield Problem(line, shown, f"is none of the columns {','.join(COLUMNS)}")
        elif name in header[: number - 1]:
            yield Problem(line, shown, "is there twice")
    yield from (Problem(line, name, "is missing from the header") for name in REQUIRED if name not in header)


def _overlaps(rows: Iterable[Row]) -> Iterator[Problem]:
    """Yield the rows that are valid on a day on which another one of the same scope is."""
    by_scope: dict[Scope, list[Row]] = {}
    for row in rows:
        by_scope.setdefault(row.rule.scope, []).append(row)
    for of_one in by_scope.values():
        of_one.sort(key=lambda row: row.rule.valid_from)
        longest = of_one[0]
        for row in of_one[1:]:
            if longest.rule.overlaps(row.rule):
                first, second = sorted((longest.line, row.line))
                yield Problem(second, "valid_from", f"is valid on days on which line {first} is, for the same")
            longest = max(longest, row, key=lambda each: each.rule.valid_until or date.max)


def _rule_id(scope: Scope, valid_from: date) -> str:
    """Return an id that the same row has in every table: a rule is what it is for, and the day it begins on."""
    parts = (scope.country, scope.territory, scope.customer, scope.product, valid_from.isoformat())
    return "txr_" + hashlib.sha256("|".join(part or "" for part in parts).encode()).hexdigest()[:32]


def _too_long() -> TaxTableMalformed:
    return TaxTableMalformed([Problem(1, None, f"a table has at most {MOST_BYTES} bytes")])
