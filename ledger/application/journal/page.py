"""A page of the journal: some events, whole and in order, and the tree up to and including them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventsourcing.persistence import StoredEvent, Tracking

from ledger.application.journal.tree import TreeState

MAX_EVENTS = 128
MAX_BYTES = 1_000_000
# What an entry takes in a page beside its record and topic: field names, the originator and the index's key.
ENTRY_OVERHEAD_BYTES = 128

Key = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it lies in a page: `record` is the exact UTF-8 text that was hashed; the rest is its index."""

    originator_id: UUID
    originator_version: int
    topic: str
    record: bytes

    @property
    def key(self) -> Key:
        """Return what no two entries of a journal share: the stream and the version in it."""
        return (self.originator_id, self.originator_version)


@dataclass(frozen=True, slots=True)
class Page:
    """Events `position` to `last_position`, written at once and never touched again; `written_at` in milliseconds.

    `tracking` are the tracking records that were committed with these events, in the library's sense.
    """

    position: int
    events: tuple[Entry, ...]
    tree: TreeState
    writer: str
    written_at: datetime
    tracking: tuple[Tracking, ...] = ()

    @property
    def last_position(self) -> int:
        """Return the position of the page's last event."""
        return self.position + len(self.events) - 1

    @property
    def next_position(self) -> int:
        """Return the position at which the next page begins."""
        return self.position + len(self.events)


@dataclass(frozen=True, slots=True)
class Placed:
    """An event and its position in the journal."""

    position: int
    event: StoredEvent


@dataclass(frozen=True, slots=True)
class Append:
    """What one caller asked to be written: wholly in one page, or not at all."""

    entries: tuple[Entry, ...]
    tracking: Tracking | None
    weight_bytes: int

    @classmethod
    def of(cls, stored_events: Sequence[StoredEvent], tracking: Tracking | None) -> "Append":
        """Make an append of the library's stored events; their originators must be UUIDs."""
        entries = tuple([_entry(stored) for stored in stored_events])
        weight = sum([len(entry.record) + len(entry.topic) for entry in entries])
        return cls(entries, tracking, weight + ENTRY_OVERHEAD_BYTES * len(entries))

    @property
    def fits_a_page(self) -> bool:
        """Tell whether a page has room for it when it is alone there."""
        return len(self.entries) <= MAX_EVENTS and self.weight_bytes <= MAX_BYTES


def _entry(stored: StoredEvent) -> Entry:
    originator_id = stored.originator_id
    assert isinstance(originator_id, UUID), "streams are named by UUIDs"
    return Entry(originator_id, stored.originator_version, stored.topic, stored.state)


def stored_event(entry: Entry) -> StoredEvent:
    """Return the entry as the library's stored event; its state is the record's bytes."""
    return StoredEvent(
        originator_id=entry.originator_id,
        originator_version=entry.originator_version,
        topic=entry.topic,
        state=entry.record,
    )
