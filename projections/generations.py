"""Which collection each view is read in just now."""

import asyncio
from typing import Final

from ledger.application.views import ViewStore

FRESH_S: Final = 1.0
"""A switch to a rebuilt collection is noticed within this time."""


class Generations:
    """Asks the store where a view is read, and believes the answer for a second."""

    def __init__(self, store: ViewStore) -> None:
        """Ask `store`."""
        self._store = store
        self._live: dict[str, tuple[float, str]] = {}

    async def live(self, view: str) -> str:
        """Return the collection in which `view` is read."""
        now = asyncio.get_running_loop().time()
        asked_at, collection = self._live.get(view, (float("-inf"), ""))
        if now - asked_at >= FRESH_S:
            collection = await self._store.live(view)
            self._live[view] = (now, collection)
        return collection
