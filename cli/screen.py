"""What people see of commands: tables on the standard output, or JSON for machines."""

import sys
from typing import Any, Final

import orjson
from rich.console import Console
from rich.table import Table

WITHOUT_A_TERMINAL: Final = 140
"""How many columns a table has when nobody knows how wide it may be."""


def console() -> Console:
    """Return the standard output as people see it."""
    plain = Console(highlight=False)
    return plain if plain.is_terminal else Console(highlight=False, width=WITHOUT_A_TERMINAL)


def json(value: Any) -> None:  # noqa: ANN401 - whatever a command has to say
    """Write a value as JSON; dataclasses and moments are understood."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z).decode() + "\n")


def table(*columns: str) -> Table:
    """Return an empty table."""
    empty = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        empty.add_column(column, overflow="fold")
    return empty
