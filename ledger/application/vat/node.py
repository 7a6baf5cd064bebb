"""What we know of one member state's node of VIES: how many ask it now, and whether it answers."""

import asyncio
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

CONCURRENT: Final = 4
"""More at once make nodes answer MS_MAX_CONCURRENT_REQ."""
FAILURES: Final = 3
REST: Final = timedelta(seconds=30)


class NodeStatus(StrEnum):
    """Whether a node answered when this process last asked it."""

    ANSWERING = "answering"
    NOT_ANSWERING = "not_answering"
    UNOBSERVED = "unobserved"


class Node:
    """A circuit breaker and a limit: after three outages in a row a node is left alone, then tried by one."""

    def __init__(self) -> None:
        """Begin without an observation."""
        self.slots = asyncio.Semaphore(CONCURRENT)
        self.observed_at: datetime | None = None
        self._failures = 0
        self._rests_until: datetime | None = None

    @property
    def status(self) -> NodeStatus:
        """Return what was last observed."""
        if self.observed_at is None:
            return NodeStatus.UNOBSERVED
        return NodeStatus.NOT_ANSWERING if self._failures else NodeStatus.ANSWERING

    def admits(self, now: datetime) -> bool:
        """Tell whether the node may be asked; whoever is told so after a rest is the only one for another rest."""
        if self._failures < FAILURES:
            return True
        if self._rests_until is not None and now < self._rests_until:
            return False
        self._rests_until = now + REST
        return True

    def answered(self, now: datetime) -> None:
        """Note that the node is well."""
        self._failures, self._rests_until, self.observed_at = 0, None, now

    def failed(self, now: datetime) -> None:
        """Note an outage; the third in a row begins a rest."""
        self._failures, self.observed_at = self._failures + 1, now
        if self._failures >= FAILURES:
            self._rests_until = now + REST
