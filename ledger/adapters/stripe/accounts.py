"""Finds the Stripe account of an organization: its key, and whether the key is for that mode."""

from collections.abc import Callable
from typing import Final

from typing_extensions import override

from ledger.adapters.stripe.provider import StripeProvider
from ledger.adapters.stripe.transport import Transport
from ledger.application.provider import ProviderNotConfigured, Providers
from ledger.domain.organization import ProviderAccount
from ledger.domain.values import Mode

PREFIXES: Final = {Mode.TEST: ("sk_test_", "rk_test_"), Mode.LIVE: ("sk_live_", "rk_live_")}


class StripeAccounts(Providers):
    """Every Stripe account of this process, over one pool of connections."""

    def __init__(
        self, secret: Callable[[str], str | None], transport: Transport, *, api_url: str = "https://api.stripe.com"
    ) -> None:
        """Ask `secret` for the key kept under a name; it returns None when there is none."""
        self._secret = secret
        self._transport = transport
        self._api_url = api_url
        self._opened: dict[str, tuple[str, StripeProvider]] = {}

    @override
    def of(self, account: ProviderAccount) -> StripeProvider:
        key = self._secret(account.secret_name) if account.provider == "stripe" else None
        # A live key under a test account would move real money for a merchant who is trying things out.
        if key is None or not key.startswith(PREFIXES[account.mode]):
            raise ProviderNotConfigured(account=account.account_id)
        known = self._opened.get(account.secret_name)
        if known is not None and known[0] == key:
            return known[1]
        provider = StripeProvider(key, self._transport, api_url=self._api_url)
        self._opened[account.secret_name] = (key, provider)
        return provider
