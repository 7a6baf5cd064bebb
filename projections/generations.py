"""Which collection each view is read in just now, and whether what lies there is of the form we know."""

import asyncio
from dataclasses import dataclass
from typing import Final

from ledger.application.views import ViewStore
from projections.books import Kept
from projections.errors import ViewInAnotherForm

FRESH_S: Final = 1.0
"""A switch to a rebuilt collection is noticed within this time."""


@dataclass(frozen=True, slots=True)
class Live:
    """Where a view is read. What is not `of_our_form` only tells which documents there are."""

    collection: str
    of_our_form: bool


class Generations:
    """Asks the store where a view is read, and believes the answer for a second."""

    def __init__(self, store: ViewStore) -> None:
        """Ask `store`."""
        self._store = store
        self._live: dict[str, tuple[float, Live]] = {}

    async def live(self, view: Kept) -> Live:
        """Return where `view` is read."""
        now = asyncio.get_running_loop().time()
        known = self._live.get(view.name)
        if known is not None and now - known[0] < FRESH_S:
            return known[1]
        standing = (await self._store.standings([view.name]))[view.name]
        live = Live(standing.collection, standing.form in {None, view.form})
        self._live[view.name] = (now, live)
        return live


async def live_of_our_form(view: Kept, store: ViewStore) -> str:
    """Return the collection in which `view` is read; raise `ViewInAnotherForm`."""
    standing = (await store.standings([view.name]))[view.name]
    if standing.form not in {None, view.form}:
        raise ViewInAnotherForm(view=view.name, stored=standing.form, ours=view.form)
    return standing.collection
