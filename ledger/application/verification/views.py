"""What is checked of the documents people read: each is folded anew from the journal and compared."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from eventsourcing.domain import CanInitAggregate

from ledger.application.mapper import Envelope
from ledger.application.verification.findings import Check, Finding, in_another_form
from ledger.application.verification.versions import Versions
from ledger.application.views import Document, ViewStore

COMPARED = ("id", "position", "version", "created", "organization_id", "mode", "text")


class Derived(Protocol):
    """One view, as far as its documents can be derived anew."""

    @property
    def name(self) -> str:
        """The view's name."""
        ...

    @property
    def form(self) -> int:
        """The form in which the documents are derived."""
        ...

    @property
    def topics(self) -> frozenset[str]:
        """The topics of the events it is made of."""
        ...

    def key(self, envelope: Envelope) -> UUID:
        """Return the id of the document which the event concerns."""
        ...

    async def fold(self, key: UUID, *, upto: int) -> Document | None:
        """Return the document after the events through position `upto`, from the journal alone."""
        ...


@dataclass(frozen=True, slots=True)
class _Live:
    view: Derived
    collection: str
    tracked: int


class Views:
    """The stored documents of some views."""

    def __init__(self, store: ViewStore, views: Sequence[Derived]) -> None:
        """Check the documents of `views` in `store`."""
        self._store = store
        self._views = views
        self._live: list[_Live] = []
        self._other: list[Finding] = []

    async def begin(self) -> None:
        """Note how far each live collection claims to be complete; later changes are checked as they are found."""
        standings = await self._store.standings(view.name for view in self._views)
        for view in self._views:
            standing = standings[view.name]
            if standing.form not in {None, view.form}:
                self._other.append(in_another_form(Check.VIEW, view.name, standing.form, view.form))
                continue
            self._live.append(_Live(view, standing.collection, standing.position))

    async def check(self, begun: Sequence[tuple[int, Envelope]]) -> AsyncIterator[Finding]:
        """Check the documents of the streams that begin with these events."""
        for live in self._live:
            keys = {
                live.view.key(envelope): position
                for position, envelope in begun
                if isinstance(envelope.event, CanInitAggregate) and _topic(envelope) in live.view.topics
            }
            stored = await self._store.get_many(live.collection, keys) if keys else {}
            for key, position in keys.items():
                async for finding in self._differences(live, key, position, stored.get(key)):
                    yield finding

    async def _differences(
        self, live: _Live, key: UUID, position: int, stored: Document | None
    ) -> AsyncIterator[Finding]:
        where = f"{live.view.name} of {key}"
        if stored is None:
            if position <= live.tracked:
                yield Finding(position, Check.VIEW, f"{where} is missing")
            return
        derived = await live.view.fold(key, upto=max(stored.position, live.tracked))
        if derived is None:
            yield Finding(stored.position, Check.VIEW, f"{where} is stored, the journal gives none")
            return
        if names := [name for name in COMPARED if getattr(derived, name) != getattr(stored, name)]:
            yield Finding(
                stored.position, Check.VIEW, f"{where} differs from the journal in {_named(names, stored, derived)}"
            )

    async def end(self, versions: Versions) -> AsyncIterator[Finding]:
        """Find the documents behind which there is no stream at all, and the views that could not be compared."""
        for finding in self._other:
            yield finding
        for live in self._live:
            async for document in self._store.documents(live.collection):
                if not versions.last(document.id):
                    where = f"{live.view.name} of {document.id}"
                    yield Finding(
                        document.position, Check.VIEW, f"{where} is stored, the journal knows no such stream"
                    )


def _topic(envelope: Envelope) -> str:
    return type(envelope.event).TOPIC  # type: ignore[attr-defined, no-any-return]


def _named(names: list[str], stored: Document, derived: Document) -> str:
    if "text" not in names:
        return ", ".join(names)
    fields = sorted(stored.body.keys() | derived.body.keys())
    differing = [name for name in fields if stored.body.get(name) != derived.body.get(name)]
    return ", ".join([*(name for name in names if name != "text"), *differing]) or "the order of its fields"
