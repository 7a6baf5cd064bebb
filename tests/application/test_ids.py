"""Identifiers: unguessable, unmistakable, and the same for the same thing."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.application import ids


@given(st.uuids())
def test_an_identifier_reads_back(stream_id: UUID) -> None:
    assert ids.inside("payment", ids.outside("payment", stream_id)) == stream_id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cs_",
        "pay_1",
        f"cs_{'a' * 32}",
        f"pay_{'A' * 32}",
        f"pay_{'g' * 32}",
        f"pay_{'a' * 33}",
        f"pay_{'٣' * 32}",
    ],
)
def test_anything_else_is_not_an_identifier(text: str) -> None:
    with pytest.raises(ids.IdMalformed):
        ids.inside("payment", text)


@given(st.lists(st.text(), min_size=1), st.lists(st.text(), min_size=1))
def test_different_parts_give_different_ids(one: list[str], other: list[str]) -> None:
    """IDEM-7: what belongs to one key never collides with what belongs to another."""
    assert (ids.derived("salt", *one) == ids.derived("salt", *other)) == (one == other)


def test_an_id_needs_the_salt_and_uses_all_128_bits() -> None:
    """CHK-10, IDEM-7."""
    assert ids.derived("salt", "checkout", "key") != ids.derived("pepper", "checkout", "key")
    versions = {ids.derived("salt", str(n)).bytes[6] >> 4 for n in range(200)}
    assert len(versions) == 16
    assert len({ids.fresh() for _ in range(100)}) == 100
