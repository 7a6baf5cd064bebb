"""The port to where the documents lie that people read, and what such a document is."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from uuid import UUID

import orjson

T = TypeVar("T")

MAX_PAGE = 100
"""No page of documents is longer than this."""
FIRST_FORM = 1
"""The form of what was stored before forms were said."""


@dataclass(frozen=True, slots=True)
class Document:
    """What one view says about one thing after the event at `position`; neither it nor its `body` ever changes.

    `body` is what people may see, ready for JSON. The fields beside it are for finding it and are not shown: whose
    it is, the `version` of its stream that it reflects, and the position of the event that `created` it. Where
    documents follow one another, as entries of an account do, `series` names what they are of.
    """

    id: UUID
    position: int
    version: int
    created: int
    organization_id: UUID
    mode: str
    body: Mapping[str, Any]
    series: str | None = None
    _derived: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, name: str, derive: Callable[["Document"], T]) -> T:
        """Return what `derive` makes of this document, worked out at the first asking; rendered bytes, say."""
        try:
            return self._derived[name]  # type: ignore[no-any-return]
        except KeyError:
            derived = self._derived[name] = derive(self)
            return derived

    @property
    def text(self) -> bytes:
        """The body as JSON, always the same bytes for the same document."""
        return self.once("text", lambda document: orjson.dumps(document.body))


@dataclass(frozen=True, slots=True)
class Standing:
    """In which collection a view is read, its form (None if nothing ever was in it), and how far it is complete."""

    collection: str
    form: int | None
    position: int


class ViewStore(Protocol):
    """Keeps documents in collections named `payments@1`: a view, and which generation of it.

    Every method raises `Unavailable` when the store does not answer within its own time limit.
    """

    async def prepare(self) -> None:
        """Create what queries need to be fast; again is harmless."""
        ...

    async def get_many(self, collection: str, keys: Collection[UUID]) -> dict[UUID, Document]:
        """Return those of the documents that exist."""
        ...

    async def put_many(self, collection: str, documents: Sequence[Document]) -> None:
        """Keep each document unless there is one already that is as late or later. Ids are unique in one call."""
        ...

    async def page(
        self, collection: str, organization_id: UUID, mode: str, *, before: int | None = None, limit: int
    ) -> list[Document]:
        """Return up to `limit` documents of one owner, newest first, created before the position `before`."""
        ...

    async def latest(
        self, collection: str, series: str, *, before: int | None = None, limit: int = 1
    ) -> list[Document]:
        """Return up to `limit` documents of a series, newest first, created before the position `before`."""
        ...

    async def series(self, collection: str, prefix: str, *, after: str = "") -> str | None:
        """Return the first series, in the order of names, that begins with `prefix` and comes after `after`."""
        ...

    def documents(self, collection: str) -> AsyncIterator[Document]:
        """Yield every document in the order of their ids, in batches of bounded size."""
        ...

    async def drop(self, collection: str) -> None:
        """Forget the collection's documents, its tracking and its form."""
        ...

    async def tracking(self, collection: str) -> int:
        """Return the position through which the collection is complete, 0 if nothing was ever tracked."""
        ...

    async def track(self, collections: Iterable[str], position: int) -> None:
        """Say that each of the collections is complete through `position`; none moves back."""
        ...

    async def form(self, collection: str) -> int | None:
        """Return the form of what is in the collection, None if nothing ever was."""
        ...

    async def claim(self, collection: str, form: int) -> int:
        """Say that an empty collection is to be of `form`, and return its form, which is another's if one came first.

        Whoever writes claims first, so that a collection never holds documents of two forms.
        """
        ...

    async def standings(self, views: Iterable[str]) -> dict[str, Standing]:
        """Return where each view stands, in one look: what `live`, `form` and `tracking` say one by one."""
        ...

    async def live(self, view: str) -> str:
        """Return the collection in which `view` is read, `<view>@1` unless another was switched to."""
        ...

    async def switch(self, view: str, collection: str) -> None:
        """Read `view` in `collection` from now on."""
        ...

    async def hold(self, lease: str, holder: str, *, ttl_s: float) -> int | None:
        """Take or renew a lease for `ttl_s`; return its fence, which grows with each new holder, None if not ours."""
        ...

    async def release(self, lease: str, holder: str) -> None:
        """Let another have the lease at once, if it is ours."""
        ...


def generation(view: str, number: int) -> str:
    """Name a generation's collection: `payments@2`."""
    return f"{view}@{number}"
