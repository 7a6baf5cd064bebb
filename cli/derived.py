"""The views as verification sees them: what the journal alone says of a document."""

from collections.abc import Sequence
from uuid import UUID

from typing_extensions import override

from ledger.application.mapper import Envelope
from ledger.application.verification.views import Derived
from ledger.application.views import Document
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
