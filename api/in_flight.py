"""What is being answered at this moment, so that a second request with the same key is told to wait (IDEM-3)."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.refusals import IdempotencyKeyInUse, Overloaded


class InFlight:
    """The idempotency keys of one process's unanswered requests, at most `limit` of them.

    It saves work and nothing else: between processes, the stream that the key names decides.
    """

    def __init__(self, limit: int) -> None:
        """Hold at most `limit` keys."""
        self._limit = limit
        self._keys: set[tuple[str, str]] = set()

    @contextmanager
    def holding(self, scope: str, key: str) -> Iterator[None]:
        """Hold `key` until the block ends; raise `IdempotencyKeyInUse` if somebody does, `Overloaded` if full."""
        held = (scope, key)
        if held in self._keys:
            raise IdempotencyKeyInUse
        if len(self._keys) >= self._limit:
            raise Overloaded
        self._keys.add(held)
        try:
            yield
        finally:
            self._keys.discard(held)
