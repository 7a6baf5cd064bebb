"""Holding two collections of one view against each other, document by document."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from ledger.application.views import Document, ViewStore
from projections.books import Books, Kept
from projections.history import History


@dataclass(frozen=True, slots=True)
class Difference:
    """A document that is not what its history says; hashes are SHA-256 in hexadecimal, None where there is none."""

    id: UUID
    live: str | None
    rebuilt: str | None
    reason: str


class Comparison:
    """Compares while both collections may be growing: what one reflects already, the other is folded to."""

    def __init__(self, view: Kept, *, store: ViewStore, history: History) -> None:
        """Compare collections of `view` in `store`."""
        self._view = view
        self._store = store
        self._history = history

    async def differences(self, live: str, rebuilt: str) -> AsyncIterator[Difference]:
        """Yield what differs, in the order of ids; memory does not grow with the view."""
        # Read first: from here on each collection holds at least this much.
        live_through, rebuilt_through = await self._store.tracking(live), await self._store.tracking(rebuilt)
        async for ours, theirs in _side_by_side(self._store.documents(live), self._store.documents(rebuilt)):
            if ours is None:
                assert theirs is not None, "one of the two is there"
                if theirs.created <= live_through:
                    yield Difference(theirs.id, None, _hash(theirs), "the live view lacks it")
            elif theirs is None and ours.created <= rebuilt_through:
                yield Difference(ours.id, _hash(ours), None, "its history does not tell of it")
            elif theirs is None and isinstance(self._view, Books):
                # Recorded since the other was built, like all that comes after it.
                continue
            elif theirs is not None and ours.position < theirs.position <= live_through:
                yield Difference(ours.id, _hash(ours), _hash(theirs), "the live view is behind")
            else:
                expected = await self._at(ours, theirs)
                if expected is None or not _same(ours, expected):
                    known = None if expected is None else _hash(expected)
                    yield Difference(ours.id, _hash(ours), known, "they say different things")

    async def _at(self, live: Document, rebuilt: Document | None) -> Document | None:
        """Return what the live document should be at its position."""
        if rebuilt is not None and rebuilt.position == live.position:
            return rebuilt
        assert not isinstance(self._view, Books), "an entry stands at one position for good"
        return await self._history.fold(self._view, live.id, upto=live.position)


async def _side_by_side(
    left: AsyncIterator[Document], right: AsyncIterator[Document]
) -> AsyncIterator[tuple[Document | None, Document | None]]:
    one, other = await anext(left, None), await anext(right, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one.id < other.id):
            yield one, None
            one = await anext(left, None)
        elif one is None or other.id < one.id:
            yield None, other
            other = await anext(right, None)
        else:
            yield one, other
            one, other = await anext(left, None), await anext(right, None)


def _same(one: Document, other: Document) -> bool:
    return one == other and one.text == other.text


def _hash(document: Document) -> str:
    return sha256(document.text).hexdigest()
