"""Who acts, and because of what: it travels with every event that is recorded meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Context:
    """The metadata of events: `causation` is the id of the event or message that caused them."""

    actor: str = "system"
    tenant: UUID | None = None
    correlation: str | None = None
    causation: str | None = None
    traceparent: str | None = None


_current: ContextVar[Context] = ContextVar("context", default=Context())  # noqa: B039  # it is frozen


def current() -> Context:
    """Return the context of whatever is going on."""
    return _current.get()


@contextmanager
def acting(**changes: object) -> Iterator[Context]:
    """Act under the current context with `changes` until the block ends."""
    token = _current.set(replace(_current.get(), **changes))  # type: ignore[arg-type]
    try:
        yield _current.get()
    finally:
        _current.reset(token)
