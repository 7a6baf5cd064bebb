"""When a key was last used: a note for people who clean up, kept beside the journal since nothing follows from it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol


class KeyUses(Protocol):
    """When keys were last seen; a note may be lost, or be late by as long as a process remembers a key."""

    async def note(self, key_id: str, at: datetime) -> None:
        """Note a use; an earlier moment than the one on record changes nothing. Raises `Unavailable`."""
        ...

    async def last(self, key_ids: Iterable[str]) -> Mapping[str, datetime]:
        """Return when each of these keys was last used, leaving out those that never were; raise `Unavailable`."""
        ...
