"""One life: some processes of one ledger, the world around them, and whatever can go wrong, all from one seed."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any, TypeVar

from consumers.pace import Pace
from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.provider import MemoryProviders
from ledger.adapters.memory.queue import MemoryQueue
from ledger.adapters.memory.work import MemoryWorkStore, _ready_at
from ledger.application import ids
from ledger.application.organizations import Principal
from ledger.application.provider_secrets import WEBHOOK_SECRET
from ledger.application.sealing import Place
from ledger.application.secret import Secret
from ledger.bootstrap import Ledger, memory_ports
from ledger.domain.errors import Unavailable
from ledger.domain.values import Mode
from tests.simulation.director import Director
from tests.simulation.history import History, WatchedPages
from tests.simulation.loop import VirtualLoop
from tests.simulation.process import Process
from tests.simulation.provider import ChancyProvider
from tests.support.examples import NOW
from tests.support.stripe_ipns import SIGNED_WITH
from tests.support.world import ACCOUNT

T = TypeVar("T")

PATIENCE_S = 30.0
MOST_TRIES = 60
SLOW_RATE = 0.1
SLOW_S = (0.3, 3.0, 12.0, 70.0)


class Life:
    """The stage of one life. `chance` decides everything about it."""

    def __init__(self, seed: int, loop: VirtualLoop) -> None:
        self.seed = seed
        self.loop = loop
        self.chance = Random(f"{seed}/life")
        self.history = History(loop.time)
        self.clock = SettableClock(NOW)
        self.director = Director(loop, Random(f"{seed}/order"))
        self.director.stage = self
        self.director.passed = lambda now_s: self.clock.set(NOW + timedelta(seconds=now_s))
        loop.idle = self.director.idle
        trouble = self.chance.choice([0.0, 0.5, 1.0, 1.0, 2.0])
        self.provider = ChancyProvider(Random(f"{seed}/provider"), loop.time, rate=0.06 * trouble)
        self.pages = WatchedPages(self.history)
        self.pages.has_charged = lambda payment_id: self.provider.stands_charged(ids.outside("payment", payment_id))
        providers = MemoryProviders(self.provider)
        self.ports = replace(memory_ports(self.clock), pages=self.pages, providers=providers)
        self.away: set[str] = set()
        self.crash_rate, self.crashes_left = 0.004 * trouble, 5
        self.loss_rate, self.losses_left = 0.01 * trouble, 8
        self.extra_rounds_left = 15
        self.processes: list[Process] = []
        self.started = 0
        self.tasks: set[asyncio.Task[Any]] = set()
        self.failures: list[BaseException] = []
        self.calm = False

    # --- what processes find around them -------------------------------------------------------

    async def turn(self, who: object) -> None:
        """Wait for a turn."""
        await self.director.turn(who)

    def loses(self, kind: str) -> bool:
        """Tell whether an answer gets lost."""
        if self.calm or self.losses_left <= 0 or self.chance.random() >= self.loss_rate:
            return False
        self.losses_left -= 1
        self.tell(kind, "an answer is lost")
        return True

    def delay_s(self) -> float:
        """Return how long a provider takes to answer: now and then longer than anybody waits."""
        return self.chance.choice(SLOW_S) if self.chance.random() < SLOW_RATE else 0.0

    def tell(self, who: str, what: str) -> None:
        """Write history."""
        self.history.tell(who, what)

    # --- what the director asks ----------------------------------------------------------------

    def interfere(self) -> bool:
        """Let a process crash, or look for work at an odd moment, or time pass while calls are under way."""
        if self.calm:
            return False
        dice = self.chance.random()
        if dice < self.crash_rate and self.crashes_left > 0:
            return self._crash_one()
        if dice > 0.99 and self.extra_rounds_left > 0 and self.running():
            self.extra_rounds_left -= 1
            self.look_for_work()
        elif 0.97 < dice < 0.98:
            self.director.let_pass(self.loop.time() + self.chance.choice([0.01, 0.5, 4.0, 11.0]))
        return False

    def due_at(self) -> float | None:
        """Return the moment at which somebody has to look for work."""
        if not self.running():
            return None
        work: MemoryWorkStore = self.ports.work  # type: ignore[assignment]
        if work._tracked.get("relay", 0) < (self.pages._pages[-1].last_position if self.pages._pages else 0):
            return self.loop.time()
        ready = [moment for item in work._items.values() if (moment := _ready_at(item)) is not None]
        return (min(ready) - NOW).total_seconds() + 0.001 if ready else None

    def look_for_work(self) -> None:
        """Have a process look for work."""
        process = self.chance.choice(self.running())
        self.start(process.look_for_work())
        if self.chance.random() < 0.15:
            self.start(self.chance.choice(self.running()).write_views())

    # --- processes -------------------------------------------------------------------------------

    def running(self) -> list[Process]:
        """Return the processes that take requests."""
        return [process for process in self.processes if process.up]

    def begin_process(self) -> None:
        """Start one more process."""
        self.started += 1
        pace = Pace(in_hand=self.chance.choice([1, 2, 8]))
        process = Process(self, self.started, pace=pace)
        self.processes.append(process)
        process.task.add_done_callback(lambda task: self._ended(process, task))

    def _ended(self, process: Process, task: asyncio.Task[None]) -> None:
        if not process.alive:
            return
        self.processes.remove(process)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failures.append(error)
        if process.failed or process.stopping:
            self.tell(process.name, "cannot start" if process.failed else "has stopped in order")
            self.loop.call_later(self.chance.uniform(0.5, 20), self.begin_process)

    def _crash_one(self) -> bool:
        victims = [process for process in self.processes if process.up]
        if not victims:
            return False
        self.crashes_left -= 1
        process = self.chance.choice(victims)
        self.tell(process.name, f"crashes; last seen {process.where}")
        process.crash()
        self.processes.remove(process)
        self.director.forget(process)
        self.loop.call_later(self.chance.uniform(0.5, 60), self.begin_process)
        return True

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Let something go on beside everything else; what it raises fails the life."""
        task = self.loop.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failures.append(error)

    async def ask(self, who: str, what: str, work: Callable[[Ledger], Awaitable[T]]) -> T:
        """Ask some process, and again if it does not answer, as every client does; raise what it refuses."""
        for _ in range(MOST_TRIES):
            running = self.running()
            if running:
                process = self.chance.choice(running)
                self.tell(who, f"{what} ({process.name})")
                task = process.call(work)
                await asyncio.wait([task], timeout=PATIENCE_S)
                if task.done() and not task.cancelled():
                    error = task.exception()
                    if error is None:
                        return task.result()
                    if not isinstance(error, Unavailable):
                        raise error
            await asyncio.sleep(self.chance.uniform(1, 30))
        raise AssertionError(f"nobody ever answers {who}: {what}")

    async def found_merchant(self) -> None:
        """Register the merchant, who has an account at the provider and hears from it."""

        async def register(ledger: Ledger) -> Principal:
            organization_id = await ledger.organizations.register("Shirts & Co")
            key = await ledger.organizations.issue_key(organization_id, Mode.TEST, "till")
            await ledger.organizations.connect(organization_id, ACCOUNT)
            place = Place(organization_id, ACCOUNT.account_id, WEBHOOK_SECRET)
            await ledger.vault.put(place, Secret(SIGNED_WITH))
            return await ledger.organizations.authenticate(key)

        self.merchant = await self.ask("merchant", "joins", register)

    def take_away(self, what: str) -> None:
        """Let a part of the world not answer any more."""
        self.away.add(what)
        self._tell_queue()

    def bring_back(self, what: str) -> None:
        """Let it answer again."""
        self.away.discard(what)
        self._tell_queue()

    def _tell_queue(self) -> None:
        queue: MemoryQueue = self.ports.queue  # type: ignore[assignment]
        queue.away = "queue" in self.away

    def wipe_queue(self) -> None:
        """Restart Redis."""
        queue: MemoryQueue = self.ports.queue  # type: ignore[assignment]
        queue.wipe()
