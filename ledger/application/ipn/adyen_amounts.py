"""Amounts as Adyen counts them: its minor units are not everywhere those of ISO 4217."""

from types import MappingProxyType
from typing import Final

from ledger.application.ipn.strict_json import Json
from ledger.application.provider import ProviderRefused
from ledger.domain.money import EXPONENTS, Money

# docs.adyen.com/development-resources/currency-codes
_DECIMALS: Final = MappingProxyType({"CLP": 2, "CVE": 0, "IDR": 0, "ISK": 2})


def value_of(amount: Money) -> int:
    """Return the amount in Adyen's minor units; refuse one that cannot be written in them."""
    more = _DECIMALS.get(amount.currency, EXPONENTS[amount.currency]) - EXPONENTS[amount.currency]
    if more >= 0:
        return amount.minor * _power(more)
    whole, rest = divmod(amount.minor, _power(-more))
    if rest:
        raise ProviderRefused("Adyen counts this currency in larger units.", provider_code="amount_inexact")
    return whole


def money_of(amount: Json) -> Money | None:
    """Return an amount of Adyen's in our minor units, None for what is none."""
    value, currency = amount.get("value"), amount.get("currency")
    if type(value) is not int or not isinstance(currency, str) or currency not in EXPONENTS:
        return None
    fewer = EXPONENTS[currency] - _DECIMALS.get(currency, EXPONENTS[currency])
    if fewer >= 0:
        return Money(value * _power(fewer), currency)
    whole, rest = divmod(value, _power(-fewer))
    return None if rest else Money(whole, currency)


def _power(decimals: int) -> int:
    return int(10**decimals)
