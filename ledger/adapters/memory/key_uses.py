"""When keys were last used, in memory."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from typing_extensions import override

from ledger.application.key_uses import KeyUses


class MemoryKeyUses(KeyUses):
    """Keeps one moment for each key."""

    def __init__(self) -> None:
        """Know of no use."""
        self._last: dict[str, datetime] = {}

    @override
    async def note(self, key_id: str, at: datetime) -> None:
        self._last[key_id] = max(at, self._last.get(key_id, at))

    @override
    async def last(self, key_ids: Iterable[str]) -> Mapping[str, datetime]:
        return {key_id: self._last[key_id] for key_id in key_ids if key_id in self._last}
