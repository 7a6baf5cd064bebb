"""Mollie behind the provider port: payments on Mollie's page."""

from ledger.adapters.mollie.provider import MollieProvider

__all__ = ["MollieProvider"]
