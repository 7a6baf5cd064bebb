"""How commands end: what an error becomes on the standard error, and which status says so."""

import logging
import sys
from collections.abc import Callable
from typing import Final

from rich.console import Console

from ledger.domain.errors import LedgerError, Refused, Unavailable
from ledger.runtime.logs import logged
from ledger.runtime.redaction import redacted_text

DONE: Final = 0
FOUND: Final = 1
"""A verification found something, or what was asked for is not so."""
USAGE: Final = 2
REFUSED: Final = 3
UNAVAILABLE: Final = 4
BROKEN: Final = 5
INTERRUPTED: Final = 130

EXITS: Final = (
    f"{DONE} done, {FOUND} something was found, {USAGE} wrong usage or environment, {REFUSED} refused, "
    f"{UNAVAILABLE} a server did not answer (try again), {BROKEN} a record or the program is broken"
)

log = logging.getLogger(__name__)


def guarded(command: Callable[[], int]) -> int:
    """Run a command; tell its error in one line with a stable code, and never a secret."""
    try:
        return command()
    except LedgerError as error:
        _tell(error.code, error.detail, error.facts)
        return _status(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever was reading has seen enough.
        sys.stderr.close()
        return DONE
    except Exception:
        with logged("ERROR"):
            log.exception("this is a bug in the ledger")
        return BROKEN


def _status(error: LedgerError) -> int:
    if isinstance(error, Refused):
        return REFUSED
    return UNAVAILABLE if isinstance(error, Unavailable) else BROKEN


def _tell(code: str, detail: str, facts: dict[str, object]) -> None:
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(f"[red]error[/] [dim]{code}[/]", end="  ")
    said = "".join(f"\n  {name}: {_fact(value)}" for name, value in facts.items())
    console.print(redacted_text(f"{detail}{said}"), markup=False)


def _fact(value: object) -> str:
    """Write a fact; one that is a list of several things has a line for each."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return str(value)
    return "".join("\n    " + ", ".join(f"{name} {what}" for name, what in each.items()) for each in value)
