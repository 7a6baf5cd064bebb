"""The history of a life: what happened when, for whoever has to understand a failing seed."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from typing_extensions import override

from ledger.adapters.memory.pages import MemoryPageStore
from ledger.application.journal.page import Page

DOWNGRADES = frozenset({"payment.failed", "payment.cancelled", "payment.pending", "payment.action_required"})


class Violation(AssertionError):
    """An invariant does not hold."""

    def __init__(self, invariant: str, what: str) -> None:
        self.invariant = invariant
        super().__init__(f"{invariant}: {what}")


class History:
    """Who did what, at which second."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._told: list[tuple[float, str, str]] = []

    def tell(self, who: str, what: str) -> None:
        """Add one line."""
        self._told.append((self._now_s(), who, what))

    def lines(self) -> Iterator[str]:
        """Yield what was told, in order."""
        for now_s, who, what in self._told:
            yield f"{timedelta(seconds=round(now_s, 3))!s:>24}  {who:<14} {what}"

    @property
    def digest(self) -> str:
        """A hash of everything told: equal for equal lives."""
        return sha256("\n".join(self.lines()).encode()).hexdigest()


class WatchedPages(MemoryPageStore):
    """A journal that is watched while it grows: some things must never happen, not even for a moment."""

    def __init__(self, history: History) -> None:
        super().__init__()
        self._history = history
        self._captured: set[object] = set()
        self.has_charged: Callable[[UUID], bool] = lambda _payment_id: False
        self.violations: list[Violation] = []

    @override
    async def insert(self, page: Page) -> None:
        await super().insert(page)
        for position, entry in enumerate(page.events, page.position):
            stream = str(entry.originator_id)[:8]
            self._history.tell("journal", f"{position} {entry.topic} {stream}/{entry.originator_version}")
            if entry.topic in DOWNGRADES and entry.originator_id in self._captured:
                what = f"{entry.topic} after payment.captured at position {position}"
                self.violations.append(Violation("a success is never downgraded", what))
            if entry.topic == "payment.failed" and self.has_charged(entry.originator_id):
                what = f"payment {entry.originator_id} at position {position}"
                self.violations.append(Violation("what was charged is never called a failure", what))
            if entry.topic == "payment.captured":
                self._captured.add(entry.originator_id)
