"""Moments and counts as they are written in requests."""

import re
from datetime import UTC, date, datetime
from typing import Final

from api.refusals import ParameterMalformed

_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
HIGHEST_POSITION: Final = 2**62
_LONGEST: Final = len(str(HIGHEST_POSITION))


def moment(text: str) -> datetime | None:
    """Return the RFC 3339 moment in UTC; None if `text` is not one."""
    if _RFC3339.fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day(text: str) -> date | None:
    """Return the day (`2026-11-22`); None if `text` is not one."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def whole(name: str, text: str, *, least: int = 0, most: int = HIGHEST_POSITION) -> int:
    """Return the whole number of a query parameter or header called `name`; raise `ParameterMalformed`."""
    if text.isascii() and text.isdigit() and len(text) <= _LONGEST and least <= int(text) <= most:
        return int(text)
    raise ParameterMalformed(f"{name} is a whole number from {least} to {most}.", parameter=name)
