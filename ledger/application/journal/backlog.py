"""Appends on their way to the writer: a bounded queue that makes callers wait rather than grow."""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from ledger.application.journal.errors import JournalClosed
from ledger.application.journal.page import MAX_EVENTS, Append

Positions = Sequence[int]


@dataclass(slots=True, eq=False)
class Waiting:
    """An append and the future in which its caller waits for the positions."""

    append: Append
    outcome: asyncio.Future[Positions]

    def written(self, positions: Positions) -> None:
        """Tell the caller, unless it went away: a cancelled request does not undo what was handed over."""
        if not self.outcome.done():
            self.outcome.set_result(positions)

    def failed(self, error: Exception) -> None:
        """Tell the caller that nothing was written, or that it is unknown."""
        if not self.outcome.done():
            self.outcome.set_exception(error)


@dataclass(slots=True, eq=False)
class Backlog:
    """First come, first written; at most `limit` appends wait here, further callers wait outside."""

    limit: int = 4096
    _queue: deque[Waiting] = field(default_factory=deque)
    _outside: deque[asyncio.Future[None]] = field(default_factory=deque)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _full_page: asyncio.Event = field(default_factory=asyncio.Event)
    _closed: bool = False

    def __len__(self) -> int:
        """Return how many appends wait inside."""
        return len(self._queue)

    async def put(self, append: Append) -> asyncio.Future[Positions]:
        """Hand an append to the writer, waiting for room; raises `JournalClosed` once closed."""
        while len(self._queue) >= self.limit and not self._closed:
            await self._wait_outside()
        if self._closed:
            raise JournalClosed
        outcome: asyncio.Future[Positions] = asyncio.get_running_loop().create_future()
        self._queue.append(Waiting(append, outcome))
        self._arrived.set()
        if len(self._queue) >= MAX_EVENTS:
            self._full_page.set()
        return outcome

    async def _wait_outside(self) -> None:
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._outside.append(place)
        try:
            await place
        except asyncio.CancelledError:
            # The room we were called for goes to the next in line.
            if place.done() and not place.cancelled():
                self._let_in(1)
            raise

    def _let_in(self, count: int) -> None:
        while count > 0 and self._outside:
            place = self._outside.popleft()
            if not place.done():
                place.set_result(None)
                count -= 1

    async def something(self) -> bool:
        """Wait until an append waits; return False when closed and all have been taken."""
        while not self._queue and not self._closed:
            self._arrived.clear()
            await self._arrived.wait()
        return bool(self._queue)

    async def a_full_page(self, *, timeout_s: float) -> None:
        """Wait until a page could be filled, or for `timeout_s`."""
        if len(self._queue) >= MAX_EVENTS or self._closed:
            return
        self._full_page.clear()
        try:
            async with asyncio.timeout(timeout_s):
                await self._full_page.wait()
        except TimeoutError:
            return

    def first(self) -> Iterator[Waiting]:
        """Look at as many appends as a page could hold, first come first; nothing is taken."""
        return islice(self._queue, MAX_EVENTS)

    def take(self, count: int) -> list[Waiting]:
        """Take the first `count` appends and let as many callers in."""
        taken = [self._queue.popleft() for _ in range(min(count, len(self._queue)))]
        self._let_in(len(taken))
        return taken

    def remove(self, lost: Sequence[Waiting]) -> None:
        """Take these appends out, wherever they stand."""
        for waiting in lost:
            self._queue.remove(waiting)
        self._let_in(len(lost))

    def close(self) -> None:
        """Take nothing more in; what waits inside is still written."""
        self._closed = True
        self._arrived.set()
        self._full_page.set()
        self._let_in(len(self._outside))
