"""Stripe, through its own SDK, behind the provider port."""

from ledger.adapters.stripe.accounts import StripeAccounts
from ledger.adapters.stripe.provider import StripeProvider
from ledger.adapters.stripe.transport import Limits, Transport, open_transport

__all__ = ["Limits", "StripeAccounts", "StripeProvider", "Transport", "open_transport"]
