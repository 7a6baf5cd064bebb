"""Stripe, through its own SDK, behind the provider port."""

from ledger.adapters.stripe.accounts import StripeAccounts
from ledger.adapters.stripe.provider import StripeProvider
from ledger.adapters.stripe.transport import Transport, open_transport
from ledger.adapters.wire.limits import Limits

__all__ = ["Limits", "StripeAccounts", "StripeProvider", "Transport", "open_transport"]
