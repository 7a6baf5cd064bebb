"""What one process measures of itself, and the last span of each trace: the projection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from ledger.application.clock import Clock
from ledger.application.journal.page import Page
from ledger.application.journal.recorder import Recorder
from ledger.runtime.telemetry import instruments, span
from projections.opening import Projections
from projections.runner import Runner
from projections.tail import Facts

EVERY_S: Final = 5.0


@asynccontextmanager
async def measuring(recorder: Recorder, projections: Projections, clock: Clock) -> AsyncIterator[None]:
    """Measure appends and the lag of the views, and end each event's trace with its projection, for a block."""

    def committed(page: Page) -> None:
        instruments().append_events.record(len(page.events))
        # A page's moment is kept in milliseconds, rounded down.
        instruments().append_duration.record(max(0.0, (clock.now() - page.written_at).total_seconds()))

    forget = recorder.on_commit(committed)
    projections.tail.listen(projected)
    async with asyncio.TaskGroup() as group:
        lag = group.create_task(_lag(projections.runner), name="measuring")
        try:
            yield
        finally:
            forget()
            lag.cancel()


def projected(facts: Facts) -> None:
    """Say in each event's own trace that the views reflect it."""
    for position, envelope in facts.placed:
        parent = envelope.context.traceparent
        if parent is not None:
            topic: str = type(envelope.event).TOPIC  # type: ignore[attr-defined]
            with span("project", parent=parent, start=envelope.recorded_at) as reflected:
                reflected.set_attributes({"ledger.topic": topic, "ledger.position": position})


async def _lag(runner: Runner) -> None:
    while True:
        instruments().projection_lag.set(runner.lag)
        await asyncio.sleep(EVERY_S)
