"""How waiting appends become a page."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent, Tracking
from hypothesis import given
from hypothesis import strategies as st

from ledger.application.journal.layout import lay_out, next_page
from ledger.application.journal.page import MAX_BYTES, MAX_EVENTS, Append, stored_event
from ledger.application.journal.tree import NOTHING, advance
from tests.support.journal import recorded, stream_of

NOW = datetime(2026, 11, 22, 10, 0, 0, 123_456, tzinfo=UTC)


def append_of(events: Sequence[StoredEvent], tracking: Tracking | None = None) -> Append:
    return Append.of(events, tracking)


def test_appends_are_placed_in_their_order_until_one_has_no_room() -> None:
    appends = [append_of(stream_of(60)), append_of(stream_of(60)), append_of(stream_of(9)), append_of(stream_of(1))]
    layout = lay_out(appends)
    assert layout.placed == [0, 1], "the third has no room, and the fourth does not overtake it"
    assert layout.looked_at == 2


def test_a_page_is_full_by_its_bytes_too() -> None:
    large = StoredEvent(uuid4(), 1, "t", b"x" * (MAX_BYTES // 2))
    layout = lay_out([append_of([large]), append_of([large])])
    assert layout.placed == [0]


@pytest.mark.parametrize(
    ("events", "fits"),
    [
        (stream_of(MAX_EVENTS), True),
        (stream_of(MAX_EVENTS + 1), False),
        ([StoredEvent(uuid4(), 1, "t", b"x" * MAX_BYTES)], False),
    ],
)
def test_an_append_fits_a_page_or_never_will(events: list[StoredEvent], fits: bool) -> None:  # noqa: FBT001
    assert append_of(events).fits_a_page is fits


def test_whoever_repeats_a_stream_version_of_the_page_is_set_aside_and_the_others_go_on() -> None:
    """EVT-2: the index does not see what is repeated within one page."""
    stream = uuid4()
    twice = recorded(stream)
    appends = [append_of([twice]), append_of([recorded(), recorded(stream)]), append_of([recorded()])]
    layout = lay_out(appends)
    assert (layout.placed, layout.repeated) == ([0, 2], [1])
    assert lay_out([append_of([twice, twice])]).repeated == [0]


def test_tracking_goes_only_forward_within_a_page_too() -> None:
    appends = [append_of([recorded()], Tracking("up", number)) for number in (4, 5, 5, 3, 6)]
    layout = lay_out(appends, {"up": 4})
    assert (layout.placed, layout.repeated) == ([1, 4], [0, 2, 3])


def test_the_next_page_continues_positions_and_tree() -> None:
    before = advance((), 0, [b"1", b"2", b"3"])
    events = [*stream_of(2), recorded()]
    page = next_page(before, [append_of(events[:2]), append_of(events[2:], Tracking("up", 7))], writer="w", now=NOW)
    assert (page.position, page.last_position, page.next_position) == (4, 6, 7)
    assert [stored_event(entry) for entry in page.events] == events
    assert page.tree == advance((), 0, [b"1", b"2", b"3", *(event.state for event in events)])
    assert page.tracking == (Tracking("up", 7),)
    assert page.written_at.microsecond == 123_000, "what the store keeps: milliseconds"


keys = st.tuples(st.sampled_from([UUID(int=number) for number in range(4)]), st.integers(1, 6))
many_appends = st.lists(st.lists(keys, min_size=1, max_size=50), max_size=12)


@given(many_appends)
def test_no_page_repeats_a_stream_version_or_exceeds_its_limits(wanted: list[list[tuple[UUID, int]]]) -> None:
    """EVT-2."""
    appends = [append_of([recorded(*key) for key in keys]) for keys in wanted]
    layout = lay_out(appends)
    assert sorted(layout.placed + layout.repeated) == list(range(layout.looked_at))
    page = next_page(NOTHING, [appends[number] for number in layout.placed], writer="w", now=NOW)
    assert len({entry.key for entry in page.events}) == len(page.events) <= MAX_EVENTS
