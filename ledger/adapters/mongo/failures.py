"""The driver's errors, translated in this one place."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import PyMongoError

from ledger.application.journal.errors import JournalUnavailable


@contextmanager
def translated() -> Iterator[None]:
    """Raise `JournalUnavailable` for whatever the driver raises; after a write its outcome may be unknown."""
    try:
        yield
    except PyMongoError as error:
        raise JournalUnavailable(str(error)) from error
