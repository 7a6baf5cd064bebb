"""What grows with the journal, and how: every figure again at a thousand, a hundred thousand and a million events."""

import asyncio
import random
from contextlib import ExitStack
from time import perf_counter
from uuid import UUID, uuid4

from benchmarks import aggregates, payments, status
from benchmarks.harness import Figure, compare, rate
from benchmarks.journal_appends import BATCH, append, insert_many, insert_one
from benchmarks.payments import child, environment_of, merchant
from benchmarks.replay import LIFE, fill, peak_mib, replay
from benchmarks.stack import Journal
from benchmarks.stream_reads import load_plain
from ledger.adapters.mongo.driver import connected
from ledger.adapters.mongo.pages import MongoPageStore
from ledger.adapters.mongo.views import MongoViewStore
from ledger.adapters.mongo.work import MongoWorkStore
from ledger.application.journal.recorder import Recorder
from ledger.application.views import generation
from ledger.runtime.clock import SystemClock
from ledger.runtime.devstack import Servers
from ledger.runtime.devstack.child import free_port
from projections.catalogue import VIEWS

SIZES = (1_000, 100_000, 1_000_000)
FILLERS = 8
ROUNDS = 3
STREAMS = 150


def figures(running: Servers, sizes: tuple[int, ...] = SIZES) -> list[Figure]:
    """Let one journal grow, and take every figure at each size."""
    with ExitStack() as stack:
        stripe_port = free_port()
        provider, _ = stack.enter_context(
            child("tests.support.instant_stripe", stripe_port, {}, "--port", str(stripe_port))
        )
        return asyncio.run(_grown(running, provider.url, sizes))


async def _grown(running: Servers, provider: str, sizes: tuple[int, ...]) -> list[Figure]:
    found: list[Figure] = []
    database = f"bench_{uuid4().hex[:12]}"
    async with (
        merchant(running, provider, database) as (settings, key),
        connected(running.mongo.admin_url) as client,
        MongoPageStore(client[database]) as pages,
        Recorder(pages, SystemClock(), name="bench") as recorder,
    ):
        journal = Journal(client[database], pages, recorder)
        for size in sizes:
            await _filled(journal, size)
            here = [*await _replayed(journal), *await _journal_figures(journal)]
            await _as_if_views_had_been_kept(journal)
            with ExitStack() as stack:
                port, bare_port, plain_port = free_port(), free_port(), free_port()
                _, api = stack.enter_context(child("api", port, environment_of(settings, port)))
                pairs = await payments.in_turns(
                    running, stack, settings, key, api=api, port=port, bare_port=bare_port, rounds=ROUNDS
                )
                here += [payments.throughput(pairs)]
                here += [await status.compared(stack, port=port, bare_port=plain_port, key=key, rounds=ROUNDS)]
            found += [at(figure, size) for figure in here]
    return found


async def _filled(journal: Journal, size: int) -> None:
    """Append whole payments until the journal holds `size` events."""
    missing = size - (await journal.recorder.max_notification_id() or 0)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(FILLERS):
            tasks.create_task(fill(journal, max(0, missing) // FILLERS))


async def _as_if_views_had_been_kept(journal: Journal) -> None:
    """Say that views and work are seen to, so that catching up with what was filled in is not what is measured."""
    position = await journal.recorder.max_notification_id() or 0
    views, work = MongoViewStore(journal.database), MongoWorkStore(journal.database)
    for view in VIEWS:
        await views.claim(generation(view.name, 1), view.form)
        await views.track([generation(view.name, 1)], position)
    await work.track("relay", position)


async def _journal_figures(journal: Journal) -> list[Figure]:
    many, one = 256 * 30, 200
    repository, streams = aggregates.repository_of(journal), await _some_streams(journal)
    return [
        await compare(
            "journal appends, 256 callers / insert_many of 500",
            "events/s",
            ours=lambda: rate(many, lambda: append(journal, callers=256, each=30)),
            control=lambda: rate(many // BATCH * BATCH, lambda: insert_many(journal, documents=many)),
            target=None,
            rounds=ROUNDS,
        ),
        await compare(
            "journal appends, 1 caller / insert_one",
            "events/s",
            ours=lambda: rate(one, lambda: append(journal, callers=1, each=one)),
            control=lambda: rate(one, lambda: insert_one(journal, documents=one)),
            target=None,
            rounds=ROUNDS,
        ),
        await compare(
            "aggregates created and saved durably / library in memory",
            "aggregates/s",
            ours=lambda: rate(aggregates.COUNT, lambda: aggregates.save_ours(repository)),
            control=lambda: rate(aggregates.COUNT, lambda: aggregates.save_theirs(aggregates.library())),
            target=None,
            rounds=ROUNDS,
        ),
        await compare(
            f"streams of {LIFE} events loaded / find of {LIFE} documents",
            "streams/s",
            ours=lambda: rate(STREAMS, lambda: _load(journal, streams)),
            control=lambda: rate(STREAMS, lambda: load_plain(journal, streams, each=LIFE)),
            target=None,
            rounds=ROUNDS,
        ),
    ]


async def _some_streams(journal: Journal) -> list[UUID]:
    """Return payments from all over the journal, and lay plain documents of the same number beside it."""
    last = await journal.recorder.max_notification_id() or 0
    chance, found = random.Random(1), set[UUID]()  # noqa: S311 - no secret
    while len(found) < STREAMS:
        page = await journal.pages.holding(chance.randrange(1, last + 1))
        assert page is not None
        found |= {entry.originator_id for entry in page.events if entry.topic == "payment.opened"}
    streams = sorted(found)[:STREAMS]
    plain = journal.database["plain_streams"]
    await plain.create_index([("originator_id", 1), ("originator_version", 1)], unique=True)
    await plain.delete_many({"originator_id": {"$in": streams}})
    await plain.insert_many(
        [{"originator_id": s, "originator_version": v, "record": "x" * 500} for s in streams for v in range(LIFE)]
    )
    return streams


async def _load(journal: Journal, streams: list[UUID]) -> None:
    for stream in streams:
        assert len(await journal.recorder.select_events(stream)) == LIFE


async def _replayed(journal: Journal) -> list[Figure]:
    """Replay the whole journal; memory is what replaying adds to the most this process has ever held."""
    before, begun = peak_mib(), perf_counter()
    count = await replay(journal)
    speed = count / (perf_counter() - begun)
    return [
        Figure("replay of the whole journal", round(speed, 1), "events/s"),
        Figure("memory that replaying adds to the peak", round(peak_mib() - before, 1), "MiB"),
    ]


def at(figure: Figure, size: int) -> Figure:
    """Name the size at which a figure was taken."""
    return Figure(f"{figure.name}, at {size:,} events", figure.value, figure.unit, figure.control, figure.ratio, None)
