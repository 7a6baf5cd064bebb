"""A clock that stands still until it is told otherwise."""

from datetime import UTC, datetime, timedelta

from typing_extensions import override

from ledger.application.clock import Clock


class SettableClock(Clock):
    """Tells the time it was last set to, in UTC."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        """Begin at `start`."""
        self._now = start

    @override
    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        """Jump to `moment`."""
        self._now = moment

    def advance(self, *, seconds: int = 0, minutes: int = 0, hours: int = 0) -> None:
        """Move forward by the given amounts."""
        self._now += timedelta(seconds=seconds, minutes=minutes, hours=hours)
