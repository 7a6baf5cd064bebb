"""The events that work is about: kept for a moment when they are fresh, else read from the journal."""

from collections import OrderedDict
from typing import Protocol
from uuid import UUID

from ledger.application.journal.page import Placed
from ledger.application.mapper import Envelope, Mapper
from ledger.application.work import WorkItem

MOST_FRESH = 2048


class Journal(Protocol):
    """What is asked of the journal here."""

    async def select_placed(self, originator_id: UUID) -> list[Placed]:
        """Return one stream's events with their positions."""
        ...


class Events:
    """Finds the event of an item. Events never change, so that a fresh one need not be read again."""

    def __init__(self, journal: Journal, mapper: Mapper) -> None:
        """Read from `journal` in the form `mapper` knows."""
        self._journal = journal
        self._mapper = mapper
        self._fresh: OrderedDict[str, Envelope] = OrderedDict()

    def keep(self, item: WorkItem, envelope: Envelope) -> None:
        """Have the event of an item at hand that will be handled soon."""
        self._fresh[item.item_id] = envelope
        if len(self._fresh) > MOST_FRESH:
            self._fresh.popitem(last=False)

    async def of(self, item: WorkItem) -> Envelope:
        """Return the event of an item."""
        fresh = self._fresh.pop(item.item_id, None)
        if fresh is not None:
            return fresh
        for placed in await self._journal.select_placed(item.stream_id):
            if placed.position == item.position:
                return self._mapper.to_envelope(placed.event)
        raise AssertionError(f"{item.item_id} is about an event that is not in its stream")
