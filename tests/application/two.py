"""Two processes with one journal, of which one is watched."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.application.journal.recorder import Recorder
from ledger.application.mapper import Mapper
from ledger.application.repository import Repository, deciding
from ledger.domain.catalogue import EVENTS
from ledger.domain.checkout import Checkout
from tests.support.examples import CHECKOUT, NOW


@dataclass
class Counting:
    """A recorder that counts what is read."""

    recorder: Recorder
    reads: list[UUID] = field(default_factory=list)

    async def insert_events(self, stored_events: Sequence[StoredEvent], /) -> Sequence[int]:
        return await self.recorder.insert_events(stored_events)

    async def select_events(
        self, originator_id: UUID, *, gt: int | None = None, lte: int | None = None
    ) -> list[StoredEvent]:
        self.reads.append(originator_id)
        return await self.recorder.select_events(originator_id, gt=gt, lte=lte)


@dataclass
class Two:
    """Two processes with one journal; `counting` counts what `ours` reads."""

    ours: Repository
    theirs: Repository
    counting: Counting


@asynccontextmanager
async def two_processes() -> AsyncIterator[Two]:
    """Open both."""
    clock, pages = SettableClock(NOW), MemoryPageStore()
    mapper = Mapper(EVENTS, clock)
    async with Recorder(pages, clock, name="ours") as ours, Recorder(pages, clock, name="theirs") as theirs:
        counting = Counting(ours)
        yield Two(Repository(counting, mapper), Repository(theirs, mapper), counting)


async def start(repository: Repository, payment_id: UUID) -> None:
    """Start a payment of the checkout, on what the repository remembers."""

    async def decide() -> None:
        one = await repository.recall(Checkout, CHECKOUT)
        one.start(payment_id, now=NOW)
        await repository.save(one)

    await deciding(decide)
