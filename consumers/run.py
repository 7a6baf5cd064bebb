"""The consumers of one process: dispatcher, relay and worker, from start to an orderly end."""

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self
from uuid import UUID

from consumers.consumer import Consumer
from consumers.dispatch import Dispatcher
from consumers.events import Events
from consumers.follow_up_on_action_required import FollowUpOnActionRequired
from consumers.handling import Handling
from consumers.pace import Pace
from consumers.relay import Relay
from consumers.rules import rules_of
from consumers.workers import Workers
from ledger.application.dead_work import DeadWork
from ledger.bootstrap import Ledger


class Consumers:
    """Follows the rules for as long as the block runs; leaving it finishes or hands back what is in hand.

    Enter it inside the recorder's and the queue's blocks, since it uses both to its end.
    """

    def __init__(
        self,
        ledger: Ledger,
        consumers: Sequence[Consumer] | None = None,
        *,
        pace: Pace | None = None,
    ) -> None:
        """Follow `consumers`, or all the rules, for the work of `ledger`."""
        pace = pace or Pace()
        consumers = rules_of(ledger) if consumers is None else consumers
        clock, store, queue = ledger.ports.clock, ledger.ports.work, ledger.ports.queue
        recorder, mapper = ledger.recorder, ledger.mapper
        dead = DeadWork(ledger.repository, store, clock)
        by_name = {consumer.name: consumer for consumer in consumers}
        assert len(by_name) == len(consumers), "every rule has a name of its own"
        topics = tuple(dict.fromkeys(consumer.topic for consumer in consumers))
        events = Events(recorder, mapper)
        self.handling = Handling(by_name, store, events, dead, clock=clock, pace=pace)
        self._recorder = recorder
        self._store = store
        self._clock = clock
        self.workers = Workers(queue, self.handling, topics, pace)
        self.dispatcher = Dispatcher(by_name, mapper, events, store, queue, self.workers, clock=clock)
        self.relay = Relay(recorder, self.dispatcher, store, queue, self.workers, clock=clock, pace=pace)
        self._tasks = asyncio.TaskGroup()
        self._running: list[asyncio.Task[None]] = []
        self._holding: asyncio.Task[None] | None = None
        self._unlisten: Callable[[], None] | None = None

    async def hasten(self, payment_id: UUID) -> None:
        """Follow a payment up now, because its customer says they did what was asked of them."""
        await self._store.hasten(payment_id, FollowUpOnActionRequired.name, now=self._clock.now())

    async def __aenter__(self) -> Self:
        """Start."""
        await self._tasks.__aenter__()
        self._unlisten = self._recorder.on_commit(self.dispatcher.committed)
        for name, part in (("workers", self.workers), ("dispatcher", self.dispatcher), ("relay", self.relay)):
            self._running.append(self._tasks.create_task(part.run(), name=name))
        self._holding = self._tasks.create_task(self.handling.hold(), name="leases")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop taking, let the wait for the queue end, finish or hand back what is in hand."""
        self.workers.stop()
        self.relay.stop()
        try:
            # The dispatcher is last: what others still record here is work for somebody.
            await asyncio.wait(self._running[:1])
            if self._unlisten is not None:
                self._unlisten()
            self.dispatcher.stop()
            await asyncio.wait(self._running)
        finally:
            if self._holding is not None:
                self._holding.cancel()
            # A cancellation may be the task group's own, when a part of ours has failed; any other error is the
            # block's, and goes on as it is.
            cancelled = kind is not None and issubclass(kind, asyncio.CancelledError)
            await self._tasks.__aexit__(*((kind, error, trace) if cancelled else (None, None, None)))
