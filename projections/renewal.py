"""Building anew, when a process starts, the views that are stored in an older form than its release gives them."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from ledger.application.views import ViewStore
from projections.books import Kept
from projections.rebuild import Rebuild, RebuildUnderWay

log = logging.getLogger(__name__)

LOOK_AGAIN_S: Final = 1.0


class Renewal:
    """Runs in every process; who comes first builds, and the others look until it is done or take it over."""

    def __init__(self, views: Sequence[Kept], rebuild: Rebuild, store: ViewStore) -> None:
        """Renew by `rebuild` those of `views` that `store` has in an older form."""
        self._views = tuple(views)
        self._rebuild = rebuild
        self._store = store

    async def run(self) -> None:
        """Return when every view is of this release's form, or of a newer release's, which only `rebuild` undoes."""
        for view in self._views:
            await self._renew(view)

    async def _renew(self, view: Kept) -> None:
        while (stored := await self._form(view)) < view.form:
            try:
                rebuilt = await self._rebuild.renew(view)
            except RebuildUnderWay:
                await asyncio.sleep(LOOK_AGAIN_S)
                continue
            if rebuilt is not None:
                seen = {"view": view.name, "of_form": stored, "to_form": view.form, "position": rebuilt.position}
                log.warning("view_renewed", extra=seen)
        if stored > view.form:
            # After a rollback somebody decides; while two releases run side by side the older must not undo this.
            log.error("view_of_newer_form", extra={"view": view.name, "stored": stored, "ours": view.form})

    async def _form(self, view: Kept) -> int:
        form = (await self._store.standings([view.name]))[view.name].form
        return view.form if form is None else form
