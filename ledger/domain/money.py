"""Money: whole minor units of an ISO 4217 currency, never a float."""

from dataclasses import dataclass
from typing import Final

from typing_extensions import override

from ledger.domain.errors import Refused

MAX_MINOR: Final = 10**12
"""No single amount may exceed this many minor units; it keeps every sum far inside 64 bits."""

# ISO 4217:2015 list one, of which only what differs from two decimals has to be said.
_ZERO: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE: Final = "BHD IQD JOD KWD LYD OMR TND"
_TWO: Final = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP"
    " CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES"
    " KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK"
    " NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB"
    " TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
EXPONENTS: Final[dict[str, int]] = {
    code: exponent for codes, exponent in ((_ZERO, 0), (_TWO, 2), (_THREE, 3)) for code in codes.split()
}


class CurrencyUnknown(Refused):
    """The currency is not an ISO 4217 code that money can be charged in."""

    code = "currency_unknown"


class AmountOutOfRange(Refused):
    """The amount must be a whole number of minor units, not negative and not above the limit."""

    code = "amount_out_of_range"


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` whole minor units of `currency` (an ISO 4217 code in capitals)."""

    minor: int
    currency: str

    @override
    def __str__(self) -> str:
        """Write the amount in major units, exactly: `19.99 EUR`, `500 JPY`, `-1.250 KWD`."""
        exponent = EXPONENTS[self.currency]
        sign, digits = ("-" if self.minor < 0 else ""), str(abs(self.minor)).rjust(exponent + 1, "0")
        whole = digits[: len(digits) - exponent]
        return f"{sign}{whole}{'.' + digits[-exponent:] if exponent else ''} {self.currency}"


def price(minor: int, currency: str) -> Money:
    """Return an amount somebody may be asked to pay; raise `AmountOutOfRange` or `CurrencyUnknown`."""
    if currency not in EXPONENTS:
        raise CurrencyUnknown(currency=currency)
    if type(minor) is not int or not 0 <= minor <= MAX_MINOR:
        raise AmountOutOfRange(limit=MAX_MINOR)
    return Money(minor, currency)


def total(amounts: list[Money], currency: str) -> Money:
    """Add up `amounts`, all of which are in `currency`."""
    assert all(amount.currency == currency for amount in amounts), "amounts of different currencies do not add up"
    return Money(sum(amount.minor for amount in amounts), currency)
