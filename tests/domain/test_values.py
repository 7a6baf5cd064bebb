"""Values that events share."""

import pytest

from ledger.domain.values import EmailRefused, IdempotencyKeyReused, Personal, Request, email, masked


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


def test_an_address_for_mail_is_shown_to_whoever_knows_it() -> None:
    """SEC-3, OUT-3."""
    assert masked(email("ada@example.com")) == "a…@example.com"
    assert "example" not in repr(email("ada@example.com"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "@example.com",
        "ada@",
        "a da@example.com",
        "ada@b@c",
        "ada@example.com\n",
        "ä@example.com",
        "a" * 254 + "@b",
    ],
)
def test_what_is_no_address_for_mail_is_refused(text: str) -> None:
    """Bad input: nothing of it is recorded."""
    with pytest.raises(EmailRefused):
        email(text)
