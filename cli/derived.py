"""The views as verification sees them: what the journal alone says of a document or an entry."""

from collections.abc import Sequence
from uuid import UUID

from typing_extensions import override

from ledger.adapters.memory.views import MemoryViewStore
from ledger.application.clock import Clock
from ledger.application.mapper import Envelope
from ledger.application.verification.books import DerivedEntries
from ledger.application.verification.views import Derived
from ledger.application.views import Document
from projections.catalogue import BOOKS
from projections.entries import Bookkeeper
from projections.history import History
from projections.view import View


class DerivedView(Derived):
    """One view over the history of a journal."""

    def __init__(self, view: View, history: History) -> None:
        """Fold `view` from `history`."""
        self._view = view
        self._history = history

    @property
    @override
    def name(self) -> str:
        return self._view.name

    @property
    @override
    def form(self) -> int:
        return self._view.form

    @property
    @override
    def topics(self) -> frozenset[str]:
        return self._view.topics

    @override
    def key(self, envelope: Envelope) -> UUID:
        return self._view.key(envelope)

    @override
    async def fold(self, key: UUID, *, upto: int) -> Document | None:
        return await self._history.fold(self._view, key, upto=upto)


def derived(views: Sequence[View], history: History) -> list[Derived]:
    """Return these views as verification sees them."""
    return [DerivedView(view, history) for view in views]


class DerivedBooks(DerivedEntries):
    """The books over the history of a journal, from its first event on."""

    def __init__(self, history: History, clock: Clock) -> None:
        """Derive entries from `history`, leaning on nothing that is stored."""
        nothing = MemoryViewStore(clock)
        self._keeper = Bookkeeper(BOOKS, nothing, history.owners, "derived", heads=None)

    @property
    @override
    def name(self) -> str:
        return BOOKS.name

    @property
    @override
    def form(self) -> int:
        return BOOKS.form

    @override
    async def entries(self, first: int, last: int, placed: Sequence[tuple[int, Envelope]]) -> list[Document]:
        return await self._keeper.entries(first, last, placed)
