"""An event loop without a world: time passes when nothing else can happen, and somebody else decides what happens."""

import asyncio
from collections.abc import Callable
from typing import Any

from typing_extensions import override

Idle = Callable[[float | None], None]
"""Called with the moment of the next timer, None without one, whenever no task can go on by itself."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs tasks until none can go on, and then asks `idle`; its seconds begin at 0 and cost nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._now_s = 0.0
        self.idle: Idle = self.pass_to
        self._selector = _NothingOutside(self)

    @override
    def time(self) -> float:
        return self._now_s

    def pass_to(self, moment_s: float | None) -> None:
        """Let time pass until then; it never goes back."""
        assert moment_s is not None, "every task waits for something that nobody will ever do"
        self._now_s = max(self._now_s, moment_s)

    def next_timer(self) -> float | None:
        """Return the moment of the next timer."""
        scheduled: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]
        return scheduled[0].when() if scheduled else None

    def _process_events(self, events: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody sleeps who would have to be woken."""


class _NothingOutside:
    """Stands where the loop would wait for sockets."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def select(self, timeout_s: float | None) -> list[Any]:
        if timeout_s is None or timeout_s > 0:
            self._loop.idle(self._loop.next_timer())
        return []
