"""A report's rows, streamed: UTF-8, with the columns that are needed, and errors that name the line."""

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, TypeAlias

from ledger.domain.errors import Refused

if TYPE_CHECKING:
    import _csv

LONGEST_LINE: Final = 65_536
LONGEST_FIELD: Final = 4_096
Reader: TypeAlias = "_csv.Reader"
_BOM: Final = b"\xef\xbb\xbf"


class ReportMalformed(Refused):
    """The report cannot be read; `line` says where, `problem` what is wrong there."""

    code = "report_malformed"


class ReportColumnsMissing(Refused):
    """The report lacks columns that this format needs; `columns` names them."""

    code = "report_columns_missing"


class ReportChanged(Refused):
    """The report was changed while it was being read."""

    code = "report_changed"


def malformed(line: int, problem: str) -> ReportMalformed:
    """Return the refusal of what stands on `line`; the text itself is not repeated, for it may be hostile."""
    return ReportMalformed(line=line, problem=problem)


@dataclass(frozen=True, slots=True)
class Row:
    """One row by the names of its columns, and the line it ends on."""

    line: int
    fields: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a field, empty if the report has no such column."""
        return self.fields.get(column, "")


class Rows:
    """The rows of one file. Iterating reads the file anew, a line at a time; `digest` is known after that."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        """Read `path`, which must have `columns`."""
        self._path = path
        self._columns = columns
        self.digest: str | None = None

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows; raise `ReportMalformed`, `ReportColumnsMissing`, or `ReportChanged` at the end."""
        hashed = hashlib.sha256()
        with self._path.open("rb") as file:
            reader = csv.reader(_lines(file, hashed), strict=True)
            header = self._header(reader)
            for fields in _records(reader):
                if fields:
                    yield _row(reader.line_num, header, fields)
        digest = hashed.hexdigest()
        if self.digest not in {None, digest}:
            raise ReportChanged
        self.digest = digest

    def _header(self, reader: Reader) -> list[str]:
        header = [name.strip() for name in next(_records(reader), [])]
        if missing := [name for name in self._columns if name not in header]:
            raise ReportColumnsMissing(columns=missing)
        if len(set(header)) < len(header):
            raise malformed(1, "two columns have one name")
        return header


def _row(line: int, header: list[str], fields: list[str]) -> Row:
    if len(fields) != len(header):
        raise malformed(line, f"{len(fields)} fields under {len(header)} columns")
    if any(len(field) > LONGEST_FIELD for field in fields):
        raise malformed(line, f"a field is longer than {LONGEST_FIELD} characters")
    return Row(line, dict(zip(header, fields, strict=True)))


def _records(reader: Reader) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise malformed(reader.line_num, str(error)) from error


def _lines(file: BinaryIO, hashed: "hashlib._Hash") -> Iterator[str]:
    number = 0
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            raise malformed(number, f"longer than {LONGEST_LINE} bytes")
        hashed.update(raw)
        try:
            text = raw.removeprefix(_BOM if number == 1 else b"").decode()
        except UnicodeDecodeError:
            raise malformed(number, "not UTF-8") from None
        if "\0" in text:
            raise malformed(number, "a NUL character")
        yield text
