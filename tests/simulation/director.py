"""Who goes on: whenever no task can go on by itself, chance picks one that waits at a port, or time passes."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Protocol

from tests.simulation.loop import VirtualLoop

MOST_STEPS = 20_000
# What is due later than this is not waited for: the rounds that processes make by themselves, which we make for them.
HORIZON_S = 1e8


class NeverAtRest(Exception):
    """So much has happened that it will never end."""


class Stage(Protocol):
    """What the director asks of those who are on stage."""

    def interfere(self) -> bool:
        """Let something unforeseen happen before somebody goes on; tell whether it did."""
        ...

    def due_at(self) -> float | None:
        """Return the moment at which somebody has to look for work, None if there is none."""
        ...

    def look_for_work(self) -> None:
        """Have somebody look for work."""
        ...


class Director:
    """Lets one go on at a time. Between two calls to ports a process runs undisturbed, as it does in reality."""

    def __init__(self, loop: VirtualLoop, chance: Random) -> None:
        self._loop = loop
        self._chance = chance
        self._waiting: list[tuple[object, asyncio.Future[None]]] = []
        self._patience_s = 0.5
        self._looks_at = 0.0
        self._at_rest: asyncio.Future[None] | None = None
        self.stage: Stage | None = None
        self.steps = 0
        self.passed: Callable[[float], None] = lambda _now_s: None

    async def turn(self, who: object) -> None:
        """Wait until chance says that it is `who`'s turn."""
        place: asyncio.Future[None] = self._loop.create_future()
        self._waiting.append((who, place))
        await place

    def forget(self, who: object) -> None:
        """Let nobody of `who` ever go on."""
        self._waiting = [each for each in self._waiting if each[0] is not who]

    async def rest(self) -> None:
        """Wait until there is nothing left to happen."""
        self._at_rest = self._loop.create_future()
        await self._at_rest

    def idle(self, timer_s: float | None) -> None:
        """Decide what happens next."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise NeverAtRest
        assert self.stage is not None, "somebody is on stage"
        if not self._waiting:
            self._pass_time(timer_s)
        elif not self.stage.interfere():
            self._let_one_go()

    def _let_one_go(self) -> None:
        _, place = self._waiting.pop(self._chance.randrange(len(self._waiting)))
        if not place.done():
            place.set_result(None)

    def _pass_time(self, timer_s: float | None) -> None:
        assert self.stage is not None, "somebody is on stage"
        now_s = self._loop.time()
        due_s = self.stage.due_at()
        if due_s is not None and due_s <= now_s and self._looks_at <= now_s:
            # Whoever looks and leaves everything as it was is asked again later and later.
            self._looks_at = now_s + self._patience_s
            self._patience_s = min(2 * self._patience_s, 3600)
            self.stage.look_for_work()
            return
        if due_s is None or due_s > now_s:
            self._patience_s = 0.5
        moments = [moment_s for moment_s in (timer_s, due_s and max(due_s, self._looks_at)) if moment_s is not None]
        coming_s = min(moments, default=HORIZON_S)
        if coming_s < HORIZON_S:
            self.let_pass(coming_s)
        elif self._at_rest is not None and not self._at_rest.done():
            self._at_rest.set_result(None)
        else:
            raise NeverAtRest

    def let_pass(self, moment_s: float) -> None:
        """Let time pass until then."""
        self._loop.pass_to(moment_s)
        self.passed(self._loop.time())
