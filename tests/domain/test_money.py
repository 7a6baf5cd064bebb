"""Money: whole minor units, written exactly."""

import pytest

from ledger.domain.errors import Refused
from ledger.domain.money import MAX_MINOR, AmountOutOfRange, CurrencyUnknown, Money, price, total


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (1999, "EUR", "19.99 EUR"),
        (5, "EUR", "0.05 EUR"),
        (0, "EUR", "0.00 EUR"),
        (-1250, "KWD", "-1.250 KWD"),
        (500, "JPY", "500 JPY"),
        (-7, "KWD", "-0.007 KWD"),
    ],
)
def test_amounts_are_written_with_the_currency_s_own_decimals(minor: int, currency: str, text: str) -> None:
    assert str(Money(minor, currency)) == text


@pytest.mark.parametrize("minor", [-1, MAX_MINOR + 1, True, 19.99, "1999", None])
def test_amounts_are_whole_not_negative_and_not_huge(minor: object) -> None:
    with pytest.raises(AmountOutOfRange):
        price(minor, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize("currency", ["eur", "XXX", "", "EURO", "BTC"])
def test_currencies_are_those_of_iso_4217(currency: str) -> None:
    with pytest.raises(CurrencyUnknown):
        price(1, currency)


def test_the_limit_itself_is_allowed() -> None:
    assert price(MAX_MINOR, "JPY") == Money(MAX_MINOR, "JPY")


def test_amounts_of_one_currency_add_up() -> None:
    assert total([Money(1, "EUR"), Money(2, "EUR")], "EUR") == Money(3, "EUR")
    with pytest.raises(AssertionError):
        total([Money(1, "EUR"), Money(2, "USD")], "EUR")


def test_a_refusal_speaks_in_sentences_and_carries_facts() -> None:
    assert Refused().detail == "The request is refused."
    refusal = AmountOutOfRange(limit=MAX_MINOR)
    assert refusal.facts == {"limit": MAX_MINOR}
    assert Refused("No.").detail == "No."
