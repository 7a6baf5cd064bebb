"""Documents folded from the journal itself: the truth that every stored document can be held against."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Final
from uuid import UUID

from ledger.application.journal.page import Placed
from ledger.application.journal.recorder import Recorder
from ledger.application.journal.store import PageStore
from ledger.application.mapper import Envelope, Mapper
from ledger.application.owners import Owners
from ledger.application.views import Document
from projections.view import View, advance

BATCH_EVENTS: Final = 1_000


class History:
    """The streams of a journal, as views see them."""

    def __init__(self, recorder: Recorder, pages: PageStore, mapper: Mapper) -> None:
        """Read the streams of `recorder`, whose pages lie in `pages`."""
        self._recorder = recorder
        self._pages = pages
        self._mapper = mapper
        self.owners = Owners(recorder, mapper)

    async def last_position(self) -> int:
        """Return the position of the journal's last event, 0 when there is none."""
        return await self._recorder.max_notification_id() or 0

    async def fold(
        self, view: View, stream_id: UUID, *, upto: int | None = None, snapshot: Document | None = None
    ) -> Document | None:
        """Return the document after the stream's events through position `upto`, None if there were none yet.

        A `snapshot` saves reading what it reflects already.
        """
        placed = await self._recorder.select_placed(stream_id, gt=snapshot.version if snapshot else None)
        return self._folded(
            view, placed if upto is None else [each for each in placed if each.position <= upto], snapshot
        )

    async def fold_at(self, view: View, stream_id: UUID, moment: datetime) -> Document | None:
        """Return the document after those of the stream's events whose pages were written at `moment` or before."""
        placed = await self._recorder.select_placed(stream_id)
        beginning, end = 0, len(placed)
        while beginning < end:
            middle = (beginning + end) // 2
            if await self.written_at(placed[middle].position) <= moment:
                beginning = middle + 1
            else:
                end = middle
        return self._folded(view, placed[:beginning], None)

    async def position_at(self, moment: datetime) -> int:
        """Return the position of the last event whose page was written at `moment` or before, 0 if there is none."""
        beginning, end = 0, await self.last_position()
        while beginning < end:
            middle = (beginning + end + 1) // 2
            page = await self._pages.holding(middle)
            assert page is not None, "an event lies on a page"
            if page.written_at <= moment:
                beginning = min(page.last_position, end)
            else:
                end = page.position - 1
        return beginning

    async def placed(
        self, after: int, upto: int, topics: frozenset[str]
    ) -> AsyncGenerator[list[tuple[int, Envelope]], None]:
        """Yield the events of `topics` after one position through another, in order, in batches of bounded size."""
        while after < upto:
            found = await self._recorder.select_notifications(after + 1, BATCH_EVENTS, upto, sorted(topics))
            yield [(each.id, self._mapper.to_envelope(each)) for each in found]
            after = found[-1].id if len(found) == BATCH_EVENTS else upto

    async def written_at(self, position: int) -> datetime:
        """Return when the page that holds `position` was written, in milliseconds."""
        page = await self._pages.holding(position)
        assert page is not None, "an event lies on a page"
        return page.written_at

    def _folded(self, view: View, placed: list[Placed], document: Document | None) -> Document | None:
        for each in placed:
            if each.event.topic in view.topics:
                document = advance(view, document, each.position, self._mapper.to_envelope(each.event))
        return document
