"""The end of the journal as this process sees it: what was just committed, here or elsewhere, in order."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from ledger.application.journal.page import Page, stored_event
from ledger.application.journal.recorder import Recorder
from ledger.application.mapper import Envelope, Mapper

log = logging.getLogger(__name__)

RECENT_EVENTS: Final = 4_096
"""About so many events are at hand without asking the store."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says to views: the events some view is made of, with their positions."""

    first: int
    last: int
    placed: tuple[tuple[int, Envelope], ...]


class Tail:
    """Follows the journal from its end on and tells its listeners, at once for what this process commits."""

    def __init__(self, recorder: Recorder, mapper: Mapper, topics: Iterable[str]) -> None:
        """Read from `recorder` the events of `topics`."""
        self._recorder = recorder
        self._mapper = mapper
        self._topics = frozenset(topics)
        self._recent: deque[Facts] = deque()
        self._listeners: list[Callable[[Facts], None]] = []
        self._page_listeners: list[Callable[[Page], None]] = []
        self._moved = asyncio.Event()
        self.position = 0

    def listen(self, listener: Callable[[Facts], None]) -> None:
        """Call `listener` with every page from now on, in order, without gaps, before anyone can await it."""
        self._listeners.append(listener)

    def on_page(self, listener: Callable[[Page], None]) -> None:
        """Call `listener` with every page itself from now on, whichever process wrote it; it must not fail."""
        self._page_listeners.append(listener)

    async def begin(self) -> None:
        """Begin at the end of the journal as it is now."""
        self.position = await self._recorder.max_notification_id() or 0

    async def run(self) -> None:
        """Follow the journal until cancelled; raises `CorruptJournal` or `RecordUnreadable` where it cannot go on."""
        forget = self._recorder.on_commit(self._offer)
        try:
            async with aclosing(self._recorder.follow(self.position + 1)) as pages:
                async for page in pages:
                    self._offer(page)
        finally:
            forget()

    def _offer(self, page: Page) -> None:
        # A page committed here may come before one committed elsewhere; following brings both in order.
        if page.position != self.position + 1:
            return
        facts = self.facts(page)
        # Listeners first: a page that one of them stumbles over is not passed over, but met again when following.
        for listener in self._listeners:
            listener(facts)
        for hear in self._page_listeners:
            hear(page)
        self._recent.append(facts)
        while facts.last - self._recent[0].last >= RECENT_EVENTS:
            self._recent.popleft()
        self.position = facts.last
        self._moved.set()
        self._moved = asyncio.Event()

    async def beyond(self, position: int, *, timeout_s: float) -> bool:
        """Wait until the journal is known to reach beyond `position`; False if it does not in time."""
        try:
            async with asyncio.timeout(timeout_s):
                while self.position <= position:
                    await self._moved.wait()
        except TimeoutError:
            return False
        return True

    async def batch(self, after: int, *, limit: int) -> list[Facts]:
        """Return what follows `after`, up to about `limit` events and to the end as it is known."""
        if self._recent and self._recent[0].first <= after + 1:
            return _limited((facts for facts in self._recent if facts.last > after), limit)
        found: list[Facts] = []
        count = 0
        async with aclosing(self._recorder.follow(after + 1)) as pages:
            while after < self.position and count < limit:
                facts = self.facts(await anext(pages))
                found.append(facts)
                after = facts.last
                count += facts.last - facts.first + 1
        return found

    def facts(self, page: Page) -> Facts:
        """Read the events of a page that some view is made of; raises `RecordUnreadable`."""
        placed = [
            (position, self._mapper.to_envelope(stored_event(entry)))
            for position, entry in enumerate(page.events, page.position)
            if entry.topic in self._topics
        ]
        return Facts(page.position, page.last_position, tuple(placed))


def _limited(recent: Iterable[Facts], limit: int) -> list[Facts]:
    taken: list[Facts] = []
    count = 0
    for facts in recent:
        if count >= limit:
            break
        taken.append(facts)
        count += facts.last - facts.first + 1
    return taken
