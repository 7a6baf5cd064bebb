"""How waiting appends become the next page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ledger.application.journal.page import MAX_BYTES, MAX_EVENTS, Append, Key, Page
from ledger.application.journal.tree import TreeState, advance


@dataclass(slots=True)
class Layout:
    """Which appends go on the next page, which would repeat what is on it, and by number how many were looked at."""

    placed: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    events: int = 0
    weight_bytes: int = 0

    @property
    def looked_at(self) -> int:
        """Return how many appends, from the first on, are placed or repeated."""
        return len(self.placed) + len(self.repeated)


def lay_out(waiting: Iterable[Append], tracked: Mapping[str, int] | None = None) -> Layout:
    """Pack appends into a page in their order, each whole, until one has no room; nothing is written.

    An append that repeats a stream version of the page, or its own, is set aside: the store's index does not
    see those. So is one whose tracking is not beyond `tracked`, the highest tracking of each application.
    """
    layout = Layout()
    keys: set[Key] = set()
    highest = dict(tracked or {})
    for number, append in enumerate(waiting):
        if layout.events + len(append.entries) > MAX_EVENTS or layout.weight_bytes + append.weight_bytes > MAX_BYTES:
            break
        fresh = {(entry.originator_id, entry.originator_version) for entry in append.entries}
        if len(fresh) < len(append.entries) or not keys.isdisjoint(fresh) or not _is_beyond(append, highest):
            layout.repeated.append(number)
            continue
        keys |= fresh
        if append.tracking is not None:
            highest[append.tracking.application_name] = append.tracking.notification_id
        layout.placed.append(number)
        layout.events += len(append.entries)
        layout.weight_bytes += append.weight_bytes
    return layout


def _is_beyond(append: Append, highest: Mapping[str, int]) -> bool:
    tracking = append.tracking
    return tracking is None or tracking.notification_id > highest.get(tracking.application_name, -1)


def next_page(tree: TreeState, appends: Sequence[Append], *, writer: str, now: datetime) -> Page:
    """Return the page that follows `tree` with these appends on it."""
    events = tuple([entry for append in appends for entry in append.entries])
    return Page(
        position=tree.size + 1,
        events=events,
        tree=advance(tree.frontier, tree.size, [entry.record for entry in events]),
        writer=writer,
        # The store keeps milliseconds; what is written must compare equal to what is read back.
        written_at=now.replace(microsecond=now.microsecond // 1000 * 1000),
        tracking=tuple([append.tracking for append in appends if append.tracking is not None]),
    )
