"""Rate limits by token bucket, for a bounded number of callers."""

import math
from collections import OrderedDict

from api.limits import Rate
from api.refusals import RateLimited


class Buckets:
    """One bucket per caller; the caller not heard of for longest is forgotten first."""

    def __init__(self, rate: Rate | None, *, callers: int) -> None:
        """Allow each of at most `callers` remembered callers `rate`; None lets everything pass."""
        self._rate = rate
        self._callers = callers
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str, now_s: float) -> None:
        """Count one request at `now_s` of a clock that only moves forward; raise `RateLimited` if it is too many."""
        if self._rate is None:
            return
        level, since = self._levels.get(caller, (float(self._rate.burst), now_s))
        level = min(float(self._rate.burst), level + (now_s - since) * self._rate.per_s)
        allowed = level >= 1
        self._levels[caller] = (level - 1 if allowed else level, now_s)
        self._levels.move_to_end(caller)
        if len(self._levels) > self._callers:
            self._levels.popitem(last=False)
        if not allowed:
            raise RateLimited(retry_after_s=max(1, math.ceil((1 - level) / self._rate.per_s)))
