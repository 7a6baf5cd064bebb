"""Values that events share."""

import pytest

from ledger.domain.values import IdempotencyKeyReused, Personal, Request


def test_a_reused_key_names_the_fields_that_differ() -> None:
    """IDEM-2."""
    first = Request("k", (("amount", "a1"), ("currency", "c1")))
    second = Request("k", (("amount", "a2"), ("currency", "c1"), ("lines", "l1")))
    with pytest.raises(IdempotencyKeyReused) as refusal:
        first.require_same(second)
    assert refusal.value.facts == {"fields": ["amount", "lines"]}
    first.require_same(Request("k", (("amount", "a1"), ("currency", "c1"))))


def test_personal_data_does_not_show_in_a_representation() -> None:
    assert "ada" not in repr(Personal("ada@example.com"))
