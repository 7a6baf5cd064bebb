"""From events to work: which items follow from a page, made durable first and offered to workers then."""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence

from eventsourcing.persistence import StoredEvent

from consumers.consumer import Consumer
from consumers.events import Events
from consumers.workers import Workers
from ledger.application.clock import Clock
from ledger.application.journal.page import Page, stored_event
from ledger.application.mapper import Envelope, Mapper
from ledger.application.work import Queue, QueueUnavailable, WorkItem, WorkStore, not_before
from ledger.domain.errors import LedgerError, Unavailable

log = logging.getLogger(__name__)

MOST_PAGES_WAITING = 1024


class Dispatcher:
    """Makes work of the pages this process commits, at once; the relay finds whatever it misses (CONS-2)."""

    def __init__(
        self,
        consumers: Mapping[str, Consumer],
        mapper: Mapper,
        events: Events,
        store: WorkStore,
        queue: Queue,
        workers: Workers,
        *,
        clock: Clock,
    ) -> None:
        """Make work for `consumers`, by name; `workers` of this process take it when the queue is away."""
        self._by_topic: dict[str, list[Consumer]] = defaultdict(list)
        for consumer in consumers.values():
            self._by_topic[consumer.topic].append(consumer)
        self._mapper = mapper
        self._events = events
        self._store = store
        self._queue = queue
        self._workers = workers
        self._clock = clock
        self._pages: deque[Page] = deque()
        self._wake = asyncio.Event()
        self._stopping = False
        self._seen_to: dict[int, int] = {}

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that work follows from."""
        return tuple(self._by_topic)

    def committed(self, page: Page) -> None:
        """Hear of a page this process has just committed."""
        if len(self._pages) < MOST_PAGES_WAITING:
            self._pages.append(page)
            self._wake.set()

    def seen_to(self, position: int) -> int:
        """Return the position up to which, from `position` on without a gap, all work is durable by our doing."""
        while (end := self._seen_to.pop(position + 1, None)) is not None:
            position = end
        return position

    def stop(self) -> None:
        """Make work of the pages that wait, and of no more."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Make work of pages until stopped. Pages that come while others are written are taken together."""
        while not (self._stopping and not self._pages):
            await self._wake.wait()
            if not self._stopping:
                self._wake.clear()
            pages = list(self._pages)
            self._pages.clear()
            try:
                await self._dispatch(pages)
            except LedgerError as error:
                log.warning("work_left_to_the_relay", extra={"code": error.code, "error": error.detail})

    async def _dispatch(self, pages: Sequence[Page]) -> None:
        placed = [
            (position, stored_event(entry))
            for page in pages
            for position, entry in enumerate(page.events, page.position)
            if entry.topic in self._by_topic
        ]
        items = await self.make(placed)
        if len(self._seen_to) > MOST_PAGES_WAITING:
            # Nobody asked for them lately; to forget them costs the relay a look into the journal.
            self._seen_to.clear()
        self._seen_to |= {page.position: page.last_position for page in pages}
        await self.offer([item for item in items if item.due_at <= self._clock.now()])

    async def make(self, placed: Iterable[tuple[int, StoredEvent]]) -> list[WorkItem]:
        """Make the work that follows from events at their positions durable, and return it."""
        now = self._clock.now()
        items = []
        for position, event in placed:
            envelope = self._mapper.to_envelope(event)
            for consumer in self._by_topic[event.topic]:
                if not await _concerns(consumer, envelope):
                    continue
                due_at = consumer.due(envelope)
                item = WorkItem.of(
                    position=position,
                    consumer=consumer.name,
                    queue=consumer.topic,
                    stream_id=envelope.event.originator_id,
                    due_at=due_at if due_at <= now else not_before(due_at),
                )
                items.append(item)
                if item.due_at <= now:
                    self._events.keep(item, envelope)
        await self._store.add(items)
        return items

    async def offer(self, items: Sequence[WorkItem]) -> int:
        """Offer due items to workers: through the queue, or to our own while it is away; return how many are left."""
        if not items:
            return 0
        try:
            await self._queue.publish(items)
        except QueueUnavailable as error:
            # The claim in the store decides who handles an item, whichever way it came.
            left = len(items) - self._workers.hand(items)
            log.warning("queue_away", extra={"left": left, "error": error.detail})
            return left
        return 0


async def _concerns(consumer: Consumer, envelope: Envelope) -> bool:
    """Tell whether a rule wants an event. One that cannot say gets it as work, which dies alone and calls a person.

    Raises `Unavailable`: then nobody can say, and it is asked again.
    """
    try:
        return await consumer.concerns(envelope)
    except Unavailable:
        raise
    except Exception:
        # Otherwise one event would keep the work of all that come after it from being made.
        log.exception("work_of_undecided_rule", extra={"rule": consumer.name, "event": envelope.event_id})
        return True
