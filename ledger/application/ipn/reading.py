"""Picking what we look for out of JSON that anything may stand in."""

from datetime import UTC, datetime
from typing import Any, Final

from ledger.application.ipn.strict_json import Json

# Identifiers, types and references are short wherever they come from.
LONGEST_TEXT: Final = 255
_LAST_SECOND: Final = 253_402_300_799


def inner(value: Json, *path: str) -> Json:
    """Return the object at `path`, an empty one if there is none."""
    found = _at(value, path)
    return found if isinstance(found, dict) else {}


def text(value: Json, *path: str) -> str | None:
    """Return the text at `path`, None if there is none, or an empty or overlong one."""
    found = _at(value, path)
    return found if isinstance(found, str) and 0 < len(found) <= LONGEST_TEXT else None


def flag(value: Json, *path: str) -> bool | None:
    """Return the truth value at `path`, which some write as text, or None."""
    found = _at(value, path)
    if isinstance(found, bool):
        return found
    return {"true": True, "false": False}.get(found) if isinstance(found, str) else None


def moment(value: object) -> datetime | None:
    """Read Unix seconds, or ISO 8601 with its offset, as a moment in UTC; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LAST_SECOND:
        return datetime.fromtimestamp(value, UTC)
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        return None
    try:
        read = datetime.fromisoformat(value)
        return None if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _at(value: Json, path: tuple[str, ...]) -> Any:  # noqa: ANN401 - anything may stand there
    found: Any = value
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found
