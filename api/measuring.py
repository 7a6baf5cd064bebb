"""What one process measures of the pages it writes."""

from collections.abc import Iterator
from contextlib import contextmanager

from ledger.application.clock import Clock
from ledger.application.journal.page import Page
from ledger.application.journal.recorder import Recorder
from ledger.runtime.telemetry import instruments


@contextmanager
def measuring(recorder: Recorder, clock: Clock) -> Iterator[None]:
    """Measure every append of `recorder` while the block runs: its events, and the seconds until it was durable."""

    def committed(page: Page) -> None:
        instruments().append_events.record(len(page.events))
        # A page's moment is kept in milliseconds, rounded down.
        instruments().append_duration.record(max(0.0, (clock.now() - page.written_at).total_seconds()))

    forget = recorder.on_commit(committed)
    try:
        yield
    finally:
        forget()
