"""Ports that wait for their turn before and after every call, are away now and then, and die with their process."""

import inspect
from collections.abc import AsyncGenerator, Callable
from typing import Any, Protocol

from ledger.adapters.memory.queue import MemoryQueue
from ledger.domain.errors import Unavailable

FOR_EVER_S = 1e9
READS = frozenset(
    {
        *("at", "holding", "last", "last_position", "stream", "max_tracking_id"),
        *("due", "get", "tracked", "depth", "oldest_due", "get_many", "live", "tracking"),
    }
)


class Caller(Protocol):
    """The process that calls, as its ports know it."""

    async def turn(self, where: str) -> None:
        """Wait for a turn; whoever is dead is cancelled."""
        ...

    def answer_lost(self, kind: str, call: str) -> bool:
        """Tell whether this answer gets lost on its way."""
        ...

    async def slowly(self) -> None:
        """Let a call take its time."""
        ...

    @property
    def stopping(self) -> bool:
        """Whether it has been told to stop."""
        ...

    def is_away(self, kind: str) -> bool:
        """Tell whether this part of the world is away."""
        ...


class Gated:
    """Another port, as one process sees it: each call can be the last thing that the process does."""

    def __init__(self, port: object, kind: str, caller: Caller, unavailable: type[Unavailable]) -> None:
        self._port = port
        self._kind = kind
        self._caller = caller
        self._unavailable = unavailable

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port has
        found = getattr(self._port, name)
        if inspect.iscoroutinefunction(found):
            gated = self._call(name, found)
        elif inspect.isasyncgenfunction(found):
            gated = self._each(name, found)
        else:
            return found
        self.__dict__[name] = gated
        return gated

    def _call(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        async def call(*arguments: object, **named: object) -> object:
            await self._before(name)
            if self._kind == "provider":
                await self._caller.slowly()
            answer = await work(*arguments, **named)
            if self._kind == "provider":
                await self._caller.slowly()
            # To die after a read is to die before the next call: nothing has changed in between.
            if name not in READS:
                await self._caller.turn(f"after {self._kind}.{name}")
            if self._caller.answer_lost(self._kind, name):
                raise self._unavailable
            return answer

        return call

    def _each(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        async def call(*arguments: object, **named: object) -> AsyncGenerator[object, None]:
            await self._before(name)
            for item in [item async for item in work(*arguments, **named)]:
                yield item

        return call

    async def _before(self, name: str) -> None:
        await self._caller.turn(f"before {self._kind}.{name}")
        if self._caller.is_away(self._kind):
            raise self._unavailable


class Doorbell(Gated):
    """The journal, whose bell rings when there is more and not every second besides: days would take too long."""

    async def wait_for_more(self, after_position: int, *, but_by: str, timeout_s: float) -> int:
        """Wait until there is more than `after_position`."""
        last: int = await self._port.wait_for_more(after_position, but_by=but_by, timeout_s=FOR_EVER_S)  # type: ignore[attr-defined]
        await self._caller.turn("bell")
        return last


class Offering(Gated):
    """The queue, whose takers wait until there is something or they are told to stop, and not a second at a time."""

    async def take(self, queues: list[str], *, limit: int, timeout_s: float) -> list[str]:
        """Wait, and take what is there."""
        await self._before("take")
        queue: MemoryQueue = self._port  # type: ignore[assignment]
        async with queue._more:
            await queue._more.wait_for(
                lambda: self._caller.stopping or queue.away or any(queue._queues.get(name) for name in queues)
            )
        await self._before("take")
        taken = await queue.take(queues, limit=limit, timeout_s=0)
        await self._caller.turn("after queue.take")
        return taken
