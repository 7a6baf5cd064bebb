"""The port to where pages lie."""

from collections.abc import AsyncGenerator
from typing import Protocol
from uuid import UUID

from eventsourcing.persistence import Tracking

from ledger.application.journal.page import Entry, Key, Page


class PageTaken(Exception):
    """There is a page at this position already; nothing was written."""


class StreamVersionTaken(Exception):
    """Some of the page's stream versions exist already; nothing was written. There may be more than `keys`."""

    def __init__(self, keys: frozenset[Key]) -> None:
        """Name at least one stream and version that exists."""
        assert keys, "a conflict names what it is about"
        self.keys = keys
        super().__init__(f"{len(keys)} stream versions exist already")


class PageStore(Protocol):
    """Keeps pages: inserted whole, never changed. What has been read or acknowledged survives any one machine.

    Every method raises `Unavailable` when the store does not answer within its own time limit.
    """

    async def insert(self, page: Page) -> None:
        """Write the page durably and at once.

        Raises `PageTaken` before `StreamVersionTaken` when both are so, `Unavailable` when the outcome is unknown.
        """
        ...

    async def at(self, position: int) -> Page | None:
        """Return the page that begins at `position`."""
        ...

    async def holding(self, position: int) -> Page | None:
        """Return the last page that begins at or before `position`: it holds it, unless the journal is shorter."""
        ...

    async def last(self) -> Page | None:
        """Return the last page."""
        ...

    async def last_position(self) -> int:
        """Return the position of the last event, 0 when there is none."""
        ...

    def pages(self, position: int) -> AsyncGenerator[Page, None]:
        """Yield the pages that begin at or after `position`, in order, in batches of bounded size, up to the last."""
        ...

    async def stream(
        self,
        originator_id: UUID,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[tuple[int, Entry]]:
        """Return one stream's entries with their positions, ordered by version, between the versions given.

        Versions ascend with positions, since whoever appends has read what came before.
        """
        ...

    async def insert_tracking(self, tracking: Tracking) -> bool:
        """Record a tracking that belongs to no events; return False when it is not beyond the one recorded."""
        ...

    async def max_tracking_id(self, application_name: str) -> int | None:
        """Return the highest notification id tracked for the application, on a page or alone."""
        ...

    async def wait_for_more(self, after_position: int, *, but_by: str, timeout_s: float) -> int:
        """Wait until there is more than `after_position`, or for `timeout_s`; return the last position heard of.

        Whether pages of the writer `but_by`, who knows of them anyhow, end the wait is up to the store.
        """
        ...
