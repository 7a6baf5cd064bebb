"""Card numbers as people write them are told from everything else that has as many digits."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.runtime.card_numbers import holds_card_number
from ledger.runtime.redaction import redacted_text

# What the schemes publish for tests, one or more of each.
CARDS = [
    "4242424242424242",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "30569309025904",
    "6011111111111117",
    "6200000000000005",
    "3566002020360505",
    "6759649826438453",
    "2200000000000004",
]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("written", ["{}", "card {}, please", "x{}y", "({})", "4711 {}", "{}=2512", "+1 {}"])
def test_a_card_number_is_found_wherever_it_stands(card: str, written: str) -> None:
    """SEC-4."""
    assert holds_card_number(written.format(card))


@pytest.mark.parametrize(
    "card",
    [
        "4242 4242 4242 4242",
        "4242-4242-4242-4242",
        "4242 - 4242 - 4242 - 4242",
        "4242\u00a04242\u00a04242\u00a04242",
        "4242\u20134242\u20134242\u20134242",
        "3782 822463 10005",
        "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
        "\uff14\uff12\uff14\uff12" * 4,
        "\u0664\u0662\u0664\u0662" * 4,
    ],
)
def test_it_is_found_in_groups_and_in_other_digits(card: str) -> None:
    """SEC-4."""
    assert holds_card_number(card)


@pytest.mark.parametrize(
    "harmless",
    [
        "",
        "4242424242424241",  # a wrong check digit
        "424242424242",  # too short
        "99994242424242424242",  # too long to be one, and no gap in it
        "20261123000000000002",
        "2026112300001236",  # an order number that begins with a date, whose check digit happens to be right
        "1767268800123456",  # a moment in microseconds
        "8815658961765254",  # a provider's reference
        "+49 1511 2345670 42",  # a telephone number
        "+4242424242424242",
        "pay_42424242424242424242424242424242",
        "acct_42424242424242424242424242424242",
        "42424242-4242-4242-4242-42424242424a",
        "4242424242424242424242424242424a",
        "DE89370400440532013000",
        "4242.4242.4242.4242",  # amounts and addresses have points
        "49.99 42.42 42.42 42.42",
    ],
)
def test_what_only_has_as_many_digits_is_let_through(harmless: str) -> None:
    assert not holds_card_number(harmless)


@given(st.sampled_from(CARDS), st.lists(st.sampled_from(["", "", " ", "-", "  "]), min_size=19, max_size=19))
def test_whatever_is_refused_is_hidden_from_logs_too(card: str, gaps: list[str]) -> None:
    """SEC-4: what the edge would let through is hidden in a log all the same; never the other way round."""
    written = "".join(digit + gap for digit, gap in zip(card, gaps, strict=False))
    assert holds_card_number(written)
    assert card not in re.sub(r"\D", "", redacted_text(f"order: {written}"))


@given(st.text(alphabet="0123456789 -+._xé\u0664", max_size=400))
def test_no_text_is_too_strange_to_be_judged(text: str) -> None:
    assert holds_card_number(text) in {True, False}
