"""Bugs planted in the machinery: the worker, the relay, the journal, the views."""

from typing import Any

import pytest

from consumers.handling import Handling
from consumers.relay import TRACKING, Relay
from ledger.application.journal.page import Page
from ledger.application.journal.store import PageTaken
from ledger.application.journal.writer import Writer
from ledger.application.repository import Repository
from ledger.domain.aggregate import Created
from ledger.domain.errors import Unavailable
from projections import batches
from projections.writer import ViewWriter


def finished_before_recorded(patch: pytest.MonkeyPatch) -> None:
    """The worker marks an item as done before it follows the rule."""
    handle = Handling._handle

    async def handled(self: Any, item: Any) -> None:  # noqa: ANN401
        await self._store.finish(item)
        await handle(self, item)

    patch.setattr(Handling, "_handle", handled)


def relay_skips_a_page(patch: pytest.MonkeyPatch) -> None:
    """The relay tracks what it has not read."""

    async def follow(self: Any) -> None:  # noqa: ANN401
        await self._store.track(TRACKING, await self._journal.max_notification_id() or 0)

    patch.setattr(Relay, "follow", follow)


def queue_taken_for_truth(patch: pytest.MonkeyPatch) -> None:
    """What the queue has lost, nobody offers again."""

    async def offer(self: Any) -> bool:  # noqa: ANN401
        return False

    patch.setattr(Relay, "offer_what_is_due", offer)


def lost_answer_taken_for_success(patch: pytest.MonkeyPatch) -> None:
    """A page whose answer was lost counts as written."""

    async def insert(self: Any, page: Page) -> bool:  # noqa: ANN401
        try:
            await self._store.insert(page)
        except PageTaken:
            return bool(await self._found_at(page.position) == page)
        except Unavailable:
            return True
        return True

    patch.setattr(Writer, "_insert", insert)


def lease_taken_for_truth(patch: pytest.MonkeyPatch) -> None:
    """Whoever holds the lease appends whatever others have appended meanwhile."""
    record = Repository.save

    async def save(self: Repository, *aggregates: Any) -> int | None:  # noqa: ANN401
        for aggregate in aggregates:
            pending = aggregate.pending_events
            if pending and not isinstance(pending[0], Created):
                last = len(await self._recorder.select_events(aggregate.id))
                for version, event in enumerate(pending, last + 1):
                    event.__dict__["originator_version"] = version
        return await record(self, *aggregates)

    patch.setattr(Repository, "save", save)


def page_applied_twice(patch: pytest.MonkeyPatch) -> None:
    """A view folds whatever it is given, again or not."""
    changes = batches._changes

    def doubled(view: Any, batch: Any) -> Any:  # noqa: ANN401
        return {
            key: [*change[:1], *(one for each in change[1:] for one in (each, each))]
            for key, change in changes(view, batch).items()
        }

    patch.setattr(batches, "_changes", doubled)
    patch.setattr(
        batches, "advance", lambda view, document, position, envelope: view.evolve(document, position, envelope)
    )


def view_tracked_before_written(patch: pytest.MonkeyPatch) -> None:
    """A view's position moves before its documents."""
    write = ViewWriter._write

    async def written(self: ViewWriter, collections: Any, batch: Any) -> None:  # noqa: ANN401
        await self._store.track(collections.values(), batch[-1].last)
        await write(self, collections, batch)

    patch.setattr(ViewWriter, "_write", written)
