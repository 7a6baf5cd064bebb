"""The providers whose notifications we understand, each with its scheme."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ledger.application.ipn.adyen import Adyen
from ledger.application.ipn.gocardless import GoCardless
from ledger.application.ipn.mollie import Mollie
from ledger.application.ipn.scheme import IpnScheme
from ledger.application.ipn.standard_webhooks import StandardWebhooks
from ledger.application.ipn.stripe import Stripe

Build = Callable[[str | None], IpnScheme]

SCHEMES: Final[Mapping[str, Build]] = MappingProxyType(
    {
        "stripe": lambda _account: Stripe(),
        "adyen": Adyen,
        "mollie": lambda _account: Mollie(),
        "gocardless": lambda _account: GoCardless(),
        "programmable": lambda _account: StandardWebhooks(),
        "standard_webhooks": lambda _account: StandardWebhooks(),
    }
)
"""By the provider's name; each is built with the account at the provider, where notifications name it (Adyen)."""
