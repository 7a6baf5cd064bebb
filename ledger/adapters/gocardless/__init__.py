"""GoCardless behind the provider port: payments from bank accounts, authorised on GoCardless's page."""

from ledger.adapters.gocardless.provider import GoCardlessProvider

__all__ = ["GoCardlessProvider"]
