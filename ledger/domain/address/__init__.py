"""Postal addresses: what a country asks for, and an address that has it, in its owner's own spelling."""

from ledger.domain.address.format import AddressFormat, CountryUnknown, country_of, format_of
from ledger.domain.address.written import Address, AddressInvalid, Reason, address_of

__all__ = [
    "Address",
    "AddressFormat",
    "AddressInvalid",
    "CountryUnknown",
    "Reason",
    "address_of",
    "country_of",
    "format_of",
]
