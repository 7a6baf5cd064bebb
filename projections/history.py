"""Documents folded from the journal itself: the truth that every stored document can be held against."""

from datetime import datetime
from uuid import UUID

from ledger.application.journal.page import Placed
from ledger.application.journal.recorder import Recorder
from ledger.application.journal.store import PageStore
from ledger.application.mapper import Mapper
from ledger.application.views import Document
from projections.view import View, advance


class History:
    """The streams of a journal, as views see them."""

    def __init__(self, recorder: Recorder, pages: PageStore, mapper: Mapper) -> None:
        """Read the streams of `recorder`, whose pages lie in `pages`."""
        self._recorder = recorder
        self._pages = pages
        self._mapper = mapper

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
