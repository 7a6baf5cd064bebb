"""Adyen behind the provider port: payments on Adyen's hosted page."""

from ledger.adapters.adyen.provider import AdyenProvider

__all__ = ["AdyenProvider"]
