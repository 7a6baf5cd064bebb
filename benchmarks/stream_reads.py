"""Loading one stream of ten events, against a plain find of ten documents."""

from uuid import UUID, uuid4

from benchmarks.harness import Figure, compare, rate
from benchmarks.journal_appends import document, event
from benchmarks.stack import Journal, fresh_journal
from ledger.runtime.devstack import Servers

EVENTS_EACH = 10
STREAMS = 200


async def scatter(journal: Journal) -> list[UUID]:
    """Append streams of ten events, each event among those of the other streams, and the plain documents."""
    streams = [uuid4() for _ in range(STREAMS)]
    plain = journal.database["plain_streams"]
    await plain.create_index([("originator_id", 1), ("originator_version", 1)], unique=True)
    for version in range(1, EVENTS_EACH + 1):
        for begin in range(0, STREAMS, 50):
            await journal.recorder.insert_events([event(stream, version) for stream in streams[begin : begin + 50]])
        await plain.insert_many(
            [{**document(), "originator_id": stream, "originator_version": version} for stream in streams]
        )
    return streams


async def load_ours(journal: Journal, streams: list[UUID]) -> None:
    """Load each stream."""
    for stream in streams:
        assert len(await journal.recorder.select_events(stream)) == EVENTS_EACH


async def load_plain(journal: Journal, streams: list[UUID], *, each: int = EVENTS_EACH) -> None:
    """Find each stream's documents."""
    for stream in streams:
        cursor = journal.database["plain_streams"].find({"originator_id": stream}).sort("originator_version", 1)
        assert len(await cursor.to_list(None)) == each


async def figures(running: Servers) -> list[Figure]:
    """Measure one reader."""
    async with fresh_journal(running) as journal:
        streams = await scatter(journal)
        return [
            await compare(
                "streams of 10 events loaded / find of 10 documents",
                "streams/s",
                ours=lambda: rate(STREAMS, lambda: load_ours(journal, streams)),
                control=lambda: rate(STREAMS, lambda: load_plain(journal, streams)),
                target=0.3,
            )
        ]
