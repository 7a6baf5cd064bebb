"""Time enters the ledger through this one port."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; nothing else in the ledger may."""

    def now(self) -> datetime:
        """Return the present moment, aware and in UTC, in microseconds."""
        ...
