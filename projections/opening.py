"""Opening the projections of one process: everything that reads and everything that keeps views current."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ledger.application.clock import Clock
from ledger.application.journal.recorder import Recorder
from ledger.application.journal.store import PageStore
from ledger.application.mapper import Mapper
from ledger.application.views import ViewStore
from projections.accounts import Accounts
from projections.catalogue import BOOKS, KEPT, VIEWS
from projections.history import History
from projections.hot import HOT_DOCUMENTS, Hot
from projections.reader import Reader
from projections.rebuild import Rebuild
from projections.renewal import Renewal
from projections.runner import Runner
from projections.tail import Tail
from projections.traces import trace_views
from projections.writer import ViewWriter


@dataclass(frozen=True, slots=True)
class Projections:
    """What a process needs of views: `reader` for people, `runner` to see how current they are.

    Whoever listens to `tail` hears of every event as soon as this process's views reflect it.
    """

    reader: Reader
    accounts: Accounts
    runner: Runner
    history: History
    tail: Tail
    hot: Hot


@asynccontextmanager
async def open_projections(
    *,
    recorder: Recorder,
    pages: PageStore,
    mapper: Mapper,
    store: ViewStore,
    clock: Clock,
    name: str = "ledger",
    hot_documents: int = HOT_DOCUMENTS,
) -> AsyncIterator[Projections]:
    """Read and keep the views of a journal while the block runs; `recorder` is open meanwhile.

    Up to `hot_documents` of each view are kept in memory.
    """
    topics = frozenset().union(*(view.topics for view in KEPT))
    tail, hot = Tail(recorder, mapper, topics), Hot(VIEWS, capacity=hot_documents)
    tail.listen(hot.apply)
    history = History(recorder, pages, mapper)
    writer = ViewWriter(KEPT, tail=tail, hot=hot, store=store, history=history, name=name)
    rebuild = Rebuild(recorder=recorder, mapper=mapper, store=store, history=history)
    runner = Runner(tail, writer, Renewal(KEPT, rebuild, store))
    # One process traces for all of them: the one that writes.
    tail.listen(lambda facts: trace_views(facts) if runner.writes else None)
    reader = Reader(tail=tail, hot=hot, store=store, history=history, clock=clock)
    accounts = Accounts(BOOKS, tail=tail, store=store, history=history, clock=clock)
    await store.prepare()
    async with runner:
        yield Projections(reader, accounts, runner, history, tail, hot)
