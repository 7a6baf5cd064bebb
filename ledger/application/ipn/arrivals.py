"""What one request of a provider brings: its events, each once, and how they are laid out in appends."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.application.ipn.event import IpnEvent, Malformed, References
from ledger.application.ipn.scheme import Headers, IpnScheme
from ledger.application.ipn.verdict import Rejected
from ledger.domain.values import Mode

MALFORMED: Final = "malformed"
"""The type of an event that could not be read: it is kept, and its neighbours are none the worse for it."""

# What one append may hold: somewhat less than a page of the journal.
_MOST_EVENTS: Final = 120
_MOST_BYTES: Final = 900_000
_BESIDE_BYTES: Final = 2_000
"""So much an event weighs beside what is sealed in it, at most."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event, and the id under which it is kept, however often it comes."""

    ipn_id: UUID
    event: IpnEvent


def events_in(scheme: IpnScheme, raw: bytes, headers: Headers, mode: Mode) -> tuple[IpnEvent, ...] | Rejected:
    """Return the events in an authentic body, those that cannot be read as `malformed`; or why it is not for us."""
    split = scheme.split(raw, headers)
    if isinstance(split, Rejected):
        return split
    events = tuple(each if isinstance(each, IpnEvent) else _unread(each) for each in split)
    return next((rejected for each in events if (rejected := each.contradicts(mode))), events)


def own_slice(scheme: IpnScheme, raw: bytes, headers: Headers, key: tuple[str, ...]) -> bytes | None:
    """Return the bytes of the event with the dedupe key `key` in a body, None if it is not in there."""
    split = scheme.split(raw, headers)
    split = () if isinstance(split, Rejected) else split
    events = (each if isinstance(each, IpnEvent) else _unread(each) for each in split)
    return next((each.raw_slice for each in events if each.dedupe_key == key), None)


def appends(arrivals: Sequence[Arrival], body_bytes: int) -> list[list[Arrival]]:
    """Lay events out in as few appends as they fit into; the whole body is kept once in each of them."""
    laid: list[list[Arrival]] = []
    weight = 0
    for arrival in arrivals:
        weight += _sealed_bytes(len(arrival.event.raw_slice))
        if not laid or len(laid[-1]) == _MOST_EVENTS or weight > _MOST_BYTES:
            laid.append([])
            weight = _sealed_bytes(body_bytes)
        laid[-1].append(arrival)
    return laid


def _sealed_bytes(plain: int) -> int:
    return plain * 4 // 3 + _BESIDE_BYTES


def _unread(malformed: Malformed) -> IpnEvent:
    digest = hashlib.sha256(malformed.raw_slice).hexdigest()
    return IpnEvent(
        dedupe_key=("sha256", digest),
        type=MALFORMED,
        object_id=None,
        references=References(),
        livemode=None,
        raw_slice=malformed.raw_slice,
        occurred_at=None,
    )
