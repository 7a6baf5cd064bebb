"""Reading events by position."""

from contextlib import aclosing

from eventsourcing.persistence import Notification

from ledger.application.journal.page import Page
from ledger.application.journal.store import PageStore


async def notifications(
    store: PageStore, start: int, limit: int, *, stop: int | None, topics: frozenset[str]
) -> list[Notification]:
    """Return up to `limit` events from `start` to `stop`, of these topics, or of all when there are none."""
    first = await store.holding(start)
    if first is None:
        return []
    found = _within(first, start, stop, topics)
    if len(found) < limit and (stop is None or first.last_position < stop):
        async with aclosing(store.pages(first.next_position)) as pages:
            async for page in pages:
                found += _within(page, start, stop, topics)
                if len(found) >= limit or (stop is not None and page.last_position >= stop):
                    break
    return found[:limit]


def _within(page: Page, start: int, stop: int | None, topics: frozenset[str]) -> list[Notification]:
    return [
        Notification(entry.originator_id, entry.originator_version, entry.topic, entry.record, position)
        for position, entry in enumerate(page.events, page.position)
        if position >= start and (stop is None or position <= stop) and (not topics or entry.topic in topics)
    ]
