"""Finds the Stripe account of an organization: its key, and whether the key is for that mode."""

from collections.abc import Awaitable, Callable
from typing import Final

from typing_extensions import override

from ledger.adapters.stripe.provider import StripeProvider
from ledger.adapters.stripe.transport import Transport
from ledger.application.provider import ProviderNotConfigured, Providers
from ledger.application.provider_secrets import in_vault
from ledger.application.secret import Secret
from ledger.domain.organization import ProviderAccount
from ledger.domain.values import Mode

VaultKey = Callable[[ProviderAccount], Awaitable[Secret | None]]

# The SDK insists on a key when a client is made; each request gets the true one.
_IN_THE_VAULT: Final = "in_the_vault"
PREFIXES: Final = {Mode.TEST: ("sk_test_", "rk_test_"), Mode.LIVE: ("sk_live_", "rk_live_")}


class StripeAccounts(Providers):
    """Every Stripe account of this process, over one pool of connections."""

    def __init__(
        self,
        secret: Callable[[str], str | None],
        transport: Transport,
        *,
        api_url: str = "https://api.stripe.com",
        vault: VaultKey | None = None,
    ) -> None:
        """Ask `vault` for the key of an account that is kept there, `secret` for one kept under another name.

        Both return None when there is none.
        """
        self._secret = secret
        self._vault = vault
        self._transport = transport
        self._api_url = api_url
        self._opened: dict[str, tuple[str, StripeProvider]] = {}

    @override
    def of(self, account: ProviderAccount) -> StripeProvider:
        if self._vault is not None and account.provider == "stripe" and in_vault(account):
            return self._from_vault(account, self._vault)
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

    def _from_vault(self, account: ProviderAccount, vault: VaultKey) -> StripeProvider:
        async def key() -> str:
            secret = await vault(account)
            text = "" if secret is None else secret.reveal().decode(errors="replace").strip()
            # As above: the key must be one of the account's mode, whoever put it there.
            if not text.startswith(PREFIXES[account.mode]):
                raise ProviderNotConfigured(account=account.account_id)
            return text

        return StripeProvider(_IN_THE_VAULT, self._transport.keyed(key), api_url=self._api_url)
