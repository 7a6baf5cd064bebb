"""Billing addresses: checked by the customs of their country, and kept as the customer wrote them."""

from ledger.domain.address.address import Address, address_of
from ledger.domain.address.faults import AddressInvalid

__all__ = ["Address", "AddressInvalid", "address_of"]
