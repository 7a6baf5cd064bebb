"""Replaying a whole journal through mapper and aggregates: how fast, and how much memory it takes."""

import resource
import time
from uuid import UUID, uuid4

from benchmarks.aggregates import payment, repository_of
from benchmarks.harness import Figure
from benchmarks.journal_appends import FILLER
from benchmarks.stack import Journal, fresh_journal
from ledger.application.journal.page import stored_event
from ledger.application.mapper import Mapper
from ledger.domain.aggregate import Aggregate, Event
from ledger.domain.catalogue import EVENTS
from ledger.domain.organization import Organization
from ledger.domain.payment import Payment
from ledger.runtime.clock import SystemClock
from ledger.runtime.devstack import Servers

LIFE = 4
"""Events in one replayed payment: initiated, opened, confirm_requested, captured."""


def life() -> Payment:
    """Return a payment from click to capture."""
    one = payment()
    one.open(f"pi_{uuid4().hex}")
    one.request_confirmation()
    one.capture("pi_1", one.charge.amount)
    return one


async def fill(journal: Journal, events: int) -> None:
    """Append whole payments until there are `events` events more."""
    repository = repository_of(journal)
    for _ in range(events // (LIFE * 25)):
        await repository.save(*(life() for _ in range(25)))


async def replay(journal: Journal) -> int:
    """Fold every event of the journal in order; forget a payment when it is over. Return how many there were."""
    mapper, alive, count = Mapper(EVENTS, SystemClock()), dict[UUID, Aggregate](), 0
    async for page in journal.pages.pages(1):
        for entry in page.events:
            event = mapper.to_domain_event(stored_event(entry))
            aggregate = event.mutate(alive.pop(event.originator_id, None))
            assert aggregate is not None
            if not _is_last(event):
                alive[event.originator_id] = aggregate
            count += 1
    return count


def _is_last(event: Event) -> bool:
    """Tell whether nothing comes after this event in the streams that fill a journal here."""
    filler = isinstance(event, Organization.Registered) and event.name == FILLER
    return filler or isinstance(event, Payment.Captured)


def peak_mib() -> float:
    """Return the most memory this process has ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def figures(running: Servers) -> list[Figure]:
    """Replay a journal, make it four times as long, and replay it again."""
    async with fresh_journal(running) as journal:
        await fill(journal, 20_000)
        await replay(journal)
        before = peak_mib()
        await fill(journal, 60_000)
        filled, begun = peak_mib(), time.perf_counter()
        count = await replay(journal)
        took = time.perf_counter() - begun
        return [
            Figure("replay of the whole journal through mapper and aggregates", round(count / took, 1), "events/s"),
            Figure(
                "memory that replaying 80,000 events adds to replaying 20,000",
                round(peak_mib() - max(before, filled), 1),
                "MiB",
            ),
        ]
