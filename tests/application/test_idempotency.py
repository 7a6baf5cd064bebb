"""Idempotency keys: what is a key, and what a request is."""

import pytest

from ledger.application.idempotency import (
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    request_of,
    well_formed,
)


@pytest.mark.parametrize("key", ["k", "8d4c-…"[:4], "a" * 255, "!~"])
def test_a_key_is_up_to_255_visible_characters(key: str) -> None:
    """IDEM-4."""
    assert well_formed(key) == key


@pytest.mark.parametrize("key", ["", "a" * 256, "a b", "schlüssel", "a\n", "\x7f"])
def test_nothing_else_is_a_key(key: str) -> None:
    """IDEM-4."""
    with pytest.raises(IdempotencyKeyMalformed):
        well_formed(key)


def test_a_missing_key_is_its_own_refusal() -> None:
    """IDEM-4."""
    with pytest.raises(IdempotencyKeyMissing):
        well_formed(None)


def test_the_order_of_fields_and_absent_ones_do_not_matter() -> None:
    """IDEM-2."""
    one = request_of("salt", "k", {"amount": 1, "lines": [{"a": 1, "b": 2}], "note": None})
    other = request_of("salt", "k", {"lines": [{"b": 2, "a": 1}], "amount": 1})
    assert one == other
    assert request_of("salt", "k", {"amount": 2}) != request_of("salt", "k", {"amount": 1})


def test_the_hash_of_a_field_says_nothing_without_the_salt() -> None:
    assert request_of("salt", "k", {"email": "a@b"}).fields != request_of("pepper", "k", {"email": "a@b"}).fields
