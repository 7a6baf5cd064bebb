"""What the books say of one thing: how much of it went through a provider's clearing account."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from ledger.application import ids
from ledger.application.mapper import Mapper
from ledger.application.owners import Owner, Streams, owner_said
from ledger.domain.clearing import Booked, ItemTerms
from ledger.domain.errors import NotFound
from ledger.domain.journal import Postings, clearing
from ledger.domain.money import Money

_KINDS: Final = {prefix: kind for kind, prefix in ids.PREFIXES.items()}
OWN_TOPICS: Final = ("clearing_item.", "payout.")
"""What reconciling books itself is not held against reports."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What one event did to a clearing account: debits above zero."""

    subject: str
    moved_at: datetime
    amount: Money


class Movements(Protocol):
    """The clearing accounts of the books."""

    def between(self, owner: Owner, account: str, begins_at: datetime, ends_at: datetime) -> AsyncIterator[Movement]:
        """Yield what moved in an account between two moments, the newest first, in pages of bounded size."""
        ...


class BookedAmounts:
    """Reads what one subject moved, from its own stream: the truth, however far any view has come."""

    def __init__(self, streams: Streams, mapper: Mapper) -> None:
        """Read `streams`."""
        self._streams = streams
        self._mapper = mapper

    async def of(self, terms: ItemTerms, subject: str) -> Booked:
        """Return what `subject` moved in the clearing account, None if this owner has no such thing."""
        stream_id = _stream_of(subject)
        placed = [] if stream_id is None else await self._streams.select_placed(stream_id)
        events = [self._mapper.to_domain_event(each.event) for each in placed]
        if not events or owner_said(events[0]) != Owner(terms.organization_id, terms.mode):
            return None
        moved: Counter[str] = Counter()
        account = clearing(terms.provider)
        for event in events:
            postings: Postings = getattr(event, "postings", ())
            for posting in postings:
                if posting.account == account:
                    moved[event.amount.currency] += posting.minor  # type: ignore[attr-defined]
        return tuple(Money(minor, currency) for currency, minor in sorted(moved.items()))


def _stream_of(subject: str) -> UUID | None:
    kind = _KINDS.get(subject.partition("_")[0])
    try:
        return None if kind is None else ids.inside(kind, subject)
    except NotFound:
        return None
