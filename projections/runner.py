"""Running the projections of one process, and saying how current they are."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Final, Self

from ledger.application.journal.errors import CorruptJournal
from ledger.application.mapper import RecordUnreadable
from ledger.domain.errors import LedgerError, Unavailable
from projections.renewal import Renewal
from projections.tail import Tail
from projections.writer import ViewWriter

log = logging.getLogger(__name__)

PAUSE_WHEN_AWAY_S: Final = 0.2


class Runner:
    """Keeps memory and store current while it is open (`async with`).

    A journal that contradicts itself stops it, and `failure` says why: what was read until then can still be read.
    """

    def __init__(self, tail: Tail, writer: ViewWriter, renewal: Renewal) -> None:
        """Run `tail` and `writer`, and at the beginning `renewal`."""
        self._tail = tail
        self._writer = writer
        self._renewal = renewal
        self._tasks = asyncio.TaskGroup()
        self._running: list[asyncio.Task[None]] = []
        self.failure: LedgerError | None = None

    @property
    def ready(self) -> bool:
        """Whether views follow the journal."""
        return bool(self._running) and self.failure is None

    @property
    def position(self) -> int:
        """The position through which this process knows the journal."""
        return self._tail.position

    @property
    def written(self) -> int:
        """The position through which the stored views were complete when this process last wrote them."""
        return self._writer.written

    @property
    def writes(self) -> bool:
        """Whether this process is the one that writes the views."""
        return self._writer.fence is not None

    @property
    def lag(self) -> int:
        """How many events the stored views are behind, 0 in a process that does not write them."""
        return max(0, self.position - self.written) if self.writes else 0

    async def __aenter__(self) -> Self:
        """Begin at the end of the journal."""
        await self._tail.begin()
        await self._tasks.__aenter__()
        self._running = [
            self._tasks.create_task(self._unless_corrupt(run), name=name)
            for name, run in (
                ("views tail", self._tail.run),
                ("views writer", self._writer.run),
                ("views renewal", self._renewal.run),
            )
        ]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and let another process write."""
        self._stop()
        await self._tasks.__aexit__(None, None, None)
        try:
            await self._writer.release()
        except Unavailable:
            log.warning("the lease of the views could not be given up; it ends by itself")

    def _stop(self, but: asyncio.Task[None] | None = None) -> None:
        for task in self._running:
            if task is not but:
                task.cancel()
        self._running = []

    async def _unless_corrupt(self, run: Callable[[], Awaitable[None]]) -> None:
        """Run to the end, if there is one, through a store that is away at times, not past what is unbelievable."""
        while True:
            try:
                await run()
            except Unavailable as error:
                log.warning("views wait for their store: %s", error)
                await asyncio.sleep(PAUSE_WHEN_AWAY_S)
            except (CorruptJournal, RecordUnreadable) as error:
                log.critical("views stop after position %d: %s", self.position, error)
                self.failure = error
                self._stop(but=asyncio.current_task())
                return
            else:
                return
