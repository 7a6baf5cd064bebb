"""Whose a stream is: its first event says it, for good."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from ledger.application.journal.page import Placed
from ledger.application.mapper import Mapper
from ledger.domain.aggregate import Created, Event
from ledger.domain.values import Mode

REMEMBERED: Final = 20_000


@dataclass(frozen=True, slots=True)
class Owner:
    """An organization, in one of its modes."""

    organization_id: UUID
    mode: Mode


class OwnerUnknown(AssertionError):
    """Money moved in a stream whose first event does not say whose it is: a bug."""


class Streams(Protocol):
    """What is asked of the journal's recorder."""

    async def select_placed(self, originator_id: UUID, /, *, lte: int | None = None) -> Sequence[Placed]:
        """Return one stream's events with their positions, ordered by version, through version `lte`."""
        ...


class Owners:
    """Remembers whose the streams last met are, and asks the journal about others."""

    def __init__(self, streams: Streams, mapper: Mapper, *, remembered: int = REMEMBERED) -> None:
        """Ask `streams` about what is not among the `remembered` last."""
        self._streams = streams
        self._mapper = mapper
        self._size = remembered
        self._known: OrderedDict[UUID, Owner] = OrderedDict()

    def hear(self, event: Event) -> None:
        """Learn from the first event of a stream; others say nothing."""
        if isinstance(event, Created) and (owner := owner_said(event)) is not None:
            self._keep(event.originator_id, owner)

    async def of(self, stream_id: UUID) -> Owner:
        """Return whose the stream is; raise `OwnerUnknown` where nobody said so."""
        known = self._known.get(stream_id)
        if known is not None:
            return known
        first = await self._streams.select_placed(stream_id, lte=1)
        owner = owner_said(self._mapper.to_domain_event(first[0].event)) if first else None
        if owner is None:
            raise OwnerUnknown(f"whose is stream {stream_id}?")
        self._keep(stream_id, owner)
        return owner

    def _keep(self, stream_id: UUID, owner: Owner) -> None:
        self._known[stream_id] = owner
        if len(self._known) > self._size:
            self._known.popitem(last=False)


def owner_said(event: Event) -> Owner | None:
    """Return whose the event says it is, in its terms, its charge or its notice; None if it does not."""
    for value in vars(event).values():
        organization_id, mode = getattr(value, "organization_id", None), getattr(value, "mode", None)
        if isinstance(organization_id, UUID) and isinstance(mode, Mode):
            return Owner(organization_id, mode)
    return None
