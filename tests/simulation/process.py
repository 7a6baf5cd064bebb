"""One process of the ledger: everything that `api` runs but HTTP, seen through ports that can fail it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from typing_extensions import override

from consumers.pace import Pace
from consumers.run import Consumers
from ledger.adapters.memory.queue import MemoryQueue
from ledger.application.journal.errors import JournalUnavailable
from ledger.application.provider import Provider, Providers, ProviderUnreachable
from ledger.application.work import QueueUnavailable, WorkUnavailable
from ledger.bootstrap import Ledger, Ports, assemble
from ledger.domain.errors import Unavailable
from ledger.domain.organization import ProviderAccount
from projections.catalogue import VIEWS
from projections.history import History
from projections.hot import HOT_DOCUMENTS, Hot
from projections.tail import Tail
from projections.writer import ViewWriter
from tests.simulation.ports import FOR_EVER_S, Doorbell, Gated, Offering

T = TypeVar("T")


class ViewsAway(Unavailable):
    """The store of views did not answer."""

    code = "views_unavailable"


class Surroundings(Protocol):
    """What a process finds around it."""

    ports: Ports
    away: set[str]

    async def turn(self, who: object) -> None:
        """Wait for a turn."""
        ...

    def loses(self, kind: str) -> bool:
        """Tell whether an answer gets lost."""
        ...

    def delay_s(self) -> float:
        """Return how long a provider takes to answer."""
        ...

    def tell(self, who: str, what: str) -> None:
        """Write history."""
        ...


class Process:
    """Lives until it is stopped or crashes; whatever of it is under way at a crash never goes on."""

    def __init__(self, around: Surroundings, number: int, *, pace: Pace) -> None:
        self.name = f"process {number}"
        self.alive, self.up, self.failed = True, False, False
        self.stopping = False
        self._around = around
        self._pace = replace(pace, relay_s=FOR_EVER_S, renew_s=FOR_EVER_S, measure_s=FOR_EVER_S)
        self._stop = asyncio.Event()
        self._calls: set[asyncio.Task[Any]] = set()
        self.ledger = assemble(self._ports(), name=self.name)
        self._loop = asyncio.get_running_loop()
        self.task = self._loop.create_task(self._run(), name=self.name)

    def _ports(self) -> Ports:
        ports = self._around.ports
        pages: Any = Doorbell(ports.pages, "journal", self, JournalUnavailable)
        work: Any = Gated(ports.work, "work", self, WorkUnavailable)
        queue: Any = Offering(ports.queue, "queue", self, QueueUnavailable)
        views: Any = Gated(ports.views, "views", self, ViewsAway)
        providers = _Providers(ports.providers, self)
        return replace(ports, pages=pages, work=work, queue=queue, views=views, providers=providers)

    async def turn(self, where: str) -> None:
        """Wait for a turn; a dead process never gets one."""
        if not self.alive:
            raise asyncio.CancelledError
        self.where = where
        await self._around.turn(self)

    def answer_lost(self, kind: str, call: str) -> bool:
        """Tell whether this answer gets lost on its way."""
        return self._around.loses(kind)

    async def slowly(self) -> None:
        """Let a call take its time."""
        await asyncio.sleep(self._around.delay_s())

    def is_away(self, kind: str) -> bool:
        """Tell whether this part of the world is away."""
        return kind in self._around.away

    async def _run(self) -> None:
        ledger, ports = self.ledger, self.ledger.ports
        try:
            async with ledger.recorder, AsyncExitStack() as stack:
                topics = frozenset().union(*(view.topics for view in VIEWS))
                tail, hot = Tail(ledger.recorder, ledger.mapper, topics), Hot(VIEWS, capacity=HOT_DOCUMENTS)
                tail.listen(hot.apply)
                history = History(ledger.recorder, ports.pages, ledger.mapper)
                self.views = ViewWriter(VIEWS, tail=tail, hot=hot, store=ports.views, history=history, name=self.name)
                await tail.begin()
                following = self._loop.create_task(tail.run())
                stack.callback(following.cancel)
                consumers = Consumers(ledger, pace=self._pace)
                # Nobody reads what the relay would measure.
                consumers.relay._measured = FOR_EVER_S
                self.consumers = await stack.enter_async_context(consumers)
                tail.on_page(ledger.repository.recollection.hear)
                self.up = True
                await self._stop.wait()
        except Unavailable:
            self.failed = True
        finally:
            self.up = False

    def call(self, work: Callable[[Ledger], Awaitable[T]]) -> asyncio.Task[T]:
        """Have the ledger of this process asked something."""

        async def asked() -> T:
            return await work(self.ledger)

        task = self._loop.create_task(asked())
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        return task

    def crash(self) -> None:
        """Do nothing any more."""
        self.alive = self.up = False

    async def stop(self) -> None:
        """Finish what was asked, stop taking work and end in order."""
        if self._calls:
            await asyncio.wait(self._calls)
        self.stopping, self.up = True, False
        self._stop.set()
        queue: MemoryQueue = self._around.ports.queue  # type: ignore[assignment]
        async with queue._more:
            queue._more.notify_all()
        await asyncio.wait([self.task])

    async def look_for_work(self) -> None:
        """Make a round of the relay."""
        await self.consumers.relay._round()

    async def write_views(self) -> None:
        """Bring the stored views up to date, if it is for this process to do."""
        try:
            if await self.views._hold():
                await self.views._write_while_held()
        except Unavailable:
            return


class _Providers(Providers):
    """The providers as one process sees them."""

    def __init__(self, providers: Providers, caller: Process) -> None:
        self._providers = providers
        self._caller = caller

    @override
    def of(self, account: ProviderAccount) -> Provider:
        gated: Any = Gated(self._providers.of(account), "provider", self._caller, ProviderUnreachable)
        return gated  # type: ignore[no-any-return]
