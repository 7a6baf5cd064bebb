"""Rate limits by token bucket, for a bounded number of callers."""

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from api.limits import Rate
from api.refusals import RateLimited


@dataclass(frozen=True, slots=True)
class Standing:
    """What a caller has left of a budget: so many requests now, and the whole of it again in `reset_s` seconds.

    This request was one too many unless `wait_s` is zero; after so many seconds there is room for one again.
    """

    policy: str
    name: str
    left: int
    reset_s: int
    wait_s: int

    def headers(self) -> dict[str, str]:
        """Return the fields that say so (draft-ietf-httpapi-ratelimit-headers-10)."""
        return {"RateLimit-Policy": self.policy, "RateLimit": f'"{self.name}";r={self.left};t={self.reset_s}'}

    def require(self) -> None:
        """Raise `RateLimited` if this request was one too many."""
        if self.wait_s:
            raise RateLimited(budget=self.name, retry_after_s=self.wait_s)


STANDING: Final = web.RequestKey("standing", Standing)


class Budget:
    """One bucket per caller; the caller not heard of for longest is forgotten first."""

    def __init__(self, name: str, rate: Rate | None, *, callers: int) -> None:
        """Allow each of at most `callers` remembered callers `rate`; None lets everything pass."""
        self._name = name
        self._rate = rate
        self._callers = callers
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._policy = f'"{name}";q={rate.burst};w={math.ceil(rate.burst / rate.per_s)}' if rate else ""

    def take(self, caller: str, now_s: float) -> Standing | None:
        """Count one request at `now_s` of a clock that only moves forward; None where nothing is limited."""
        if self._rate is None:
            return None
        burst = float(self._rate.burst)
        level, since = self._levels.get(caller, (burst, now_s))
        level = min(burst, level + (now_s - since) * self._rate.per_s)
        allowed = level >= 1
        level = level - 1 if allowed else level
        self._levels[caller] = (level, now_s)
        self._levels.move_to_end(caller)
        if len(self._levels) > self._callers:
            self._levels.popitem(last=False)
        wait_s = 0 if allowed else max(1, math.ceil((1 - level) / self._rate.per_s))
        return Standing(self._policy, self._name, int(level), math.ceil((burst - level) / self._rate.per_s), wait_s)
