"""Between fields and JSON: declared types decide, and what cannot be read back equal is refused at once."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from ledger.application.codec import codec, moment_text
from ledger.domain.money import Money


def test_a_tuple_of_different_things_reads_back_equal() -> None:
    encode, decode = codec(tuple[UUID, Money, str])
    value = (UUID(int=7), Money(5, "EUR"), "x")
    assert encode(value) == [UUID(int=7).hex, [5, "EUR"], "x"]
    assert decode(encode(value)) == value


@pytest.mark.parametrize("declared", [dict, list[int], int | str, bytes, float])
def test_what_would_not_read_back_equal_cannot_be_declared(declared: object) -> None:
    with pytest.raises(AssertionError):
        codec(declared)


def test_moments_are_in_utc_and_of_one_length() -> None:
    assert moment_text(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000000Z"
    with pytest.raises(AssertionError):
        moment_text(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1))))
