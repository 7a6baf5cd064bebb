"""Appending to the journal, against plain inserts into the same server with the same durability."""

import asyncio
from typing import cast
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent

from benchmarks.harness import Figure, compare, rate
from benchmarks.stack import Journal, fresh_journal
from ledger.application.mapper import Mapper
from ledger.domain.aggregate import Event
from ledger.domain.catalogue import EVENTS
from ledger.domain.organization import Organization
from ledger.runtime.clock import SystemClock
from ledger.runtime.devstack import Servers

BATCH = 500
NOBODY = UUID(int=0)
FILLER = "Blue Shirts & Co " * 6


def _template() -> bytes:
    registered = Organization.register(NOBODY, FILLER, id_salt="5a" * 32)
    (event,) = registered.collect_events()
    return Mapper(EVENTS, SystemClock()).to_stored_event(cast("Event", event)).state


# A record of an ordinary size (about 500 bytes), but for the stream it belongs to.
RECORD = _template()


def event(stream: UUID, version: int = 1) -> StoredEvent:
    """Return an event of that stream, without the cost of making its record."""
    record = RECORD.replace(NOBODY.hex.encode(), stream.hex.encode()).replace(
        b'"originator_version":1', b'"originator_version":%d' % version
    )
    return StoredEvent(stream, version, "organization.registered", record)


def document() -> dict[str, object]:
    """Return the plain document that says the same."""
    return {
        "originator_id": uuid4(),
        "originator_version": 1,
        "topic": "organization.registered",
        "record": RECORD.decode(),
    }


async def append(journal: Journal, *, callers: int, each: int) -> None:
    """Append one event at a time from each of `callers`."""

    async def caller() -> None:
        for _ in range(each):
            await journal.recorder.insert_events([event(uuid4())])

    async with asyncio.TaskGroup() as tasks:
        for _ in range(callers):
            tasks.create_task(caller())


async def insert_many(journal: Journal, *, documents: int) -> None:
    """Insert plain documents, 500 a call."""
    for _ in range(documents // BATCH):
        await journal.database["plain"].insert_many([document() for _ in range(BATCH)])


async def insert_one(journal: Journal, *, documents: int) -> None:
    """Insert plain documents one after the other."""
    for _ in range(documents):
        await journal.database["plain"].insert_one(document())


async def figures(running: Servers) -> list[Figure]:
    """Measure many callers and one."""
    many, one = 256 * 60, 400
    async with fresh_journal(running) as journal:
        return [
            await compare(
                "journal appends, 256 callers / insert_many of 500",
                "events/s",
                ours=lambda: rate(many, lambda: append(journal, callers=256, each=60)),
                control=lambda: rate(many // BATCH * BATCH, lambda: insert_many(journal, documents=many)),
                target=0.6,
            ),
            await compare(
                "journal appends, 1 caller / insert_one",
                "events/s",
                ours=lambda: rate(one, lambda: append(journal, callers=1, each=one)),
                control=lambda: rate(one, lambda: insert_one(journal, documents=one)),
                target=0.6,
            ),
        ]
