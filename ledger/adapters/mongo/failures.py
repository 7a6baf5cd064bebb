"""The driver's errors, translated in this one place, and the cancellations that it swallows."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import PyMongoError

from ledger.application.journal.errors import JournalUnavailable


@contextmanager
def translated() -> Iterator[None]:
    """Raise `JournalUnavailable` for whatever the driver raises; after a write its outcome may be unknown."""
    try:
        with heeding_cancellation():
            yield
    except PyMongoError as error:
        raise JournalUnavailable(str(error)) from error


@contextmanager
def heeding_cancellation() -> Iterator[None]:
    """Raise `CancelledError` for a cancellation that came meanwhile and that the driver swallowed.

    It sends within `asyncio.wait_for`, and that of Python 3.11 forgets a cancellation that comes just when the bytes
    are gone (python/cpython#86296, mended in 3.12). Whoever then goes round in a loop is never cancelled again.
    """
    task = asyncio.current_task()
    before = 0 if task is None else task.cancelling()
    yield
    if task is not None and task.cancelling() > before:
        raise asyncio.CancelledError
