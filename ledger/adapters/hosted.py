"""The accounts of the providers with pages of their own: GoCardless, Mollie and Adyen."""

from collections.abc import Mapping
from typing import ClassVar, Final
from uuid import UUID

from aiohttp import ClientSession
from typing_extensions import override

from ledger.adapters.adyen import AdyenProvider
from ledger.adapters.gocardless import GoCardlessProvider
from ledger.adapters.mollie import MollieProvider
from ledger.adapters.wire.accounts import Keys, WireAccounts, bearer
from ledger.adapters.wire.line import Line
from ledger.application.ipns import endpoint
from ledger.application.provider_secrets import VAULT, in_vault
from ledger.domain.organization import ProviderAccount
from ledger.domain.values import Mode

GOCARDLESS_VERSION: Final = "2015-07-06"

Urls = Mapping[Mode, str | None]


class GoCardlessAccounts(WireAccounts):
    """Accounts at GoCardless; sandbox and live are two places with keys of their own."""

    prefixes: ClassVar[Mapping[Mode, tuple[str, ...]]] = {Mode.TEST: ("sandbox_",), Mode.LIVE: ("live_",)}

    def __init__(self, session: ClientSession, keys: Keys, urls: Urls, *, return_url: str) -> None:
        """Have customers come back to `return_url`."""
        super().__init__(session, keys, urls)
        self._return_url = return_url

    @override
    def headers(self, key: str) -> Mapping[str, str]:
        return {**bearer(key), "GoCardless-Version": GOCARDLESS_VERSION}

    @override
    def build(self, line: Line, account: ProviderAccount) -> GoCardlessProvider:
        return GoCardlessProvider(line, return_url=self._return_url)


class MollieAccounts(WireAccounts):
    """Accounts at Mollie: one place, where the key says whether real money moves."""

    prefixes: ClassVar[Mapping[Mode, tuple[str, ...]]] = {Mode.TEST: ("test_",), Mode.LIVE: ("live_",)}

    def __init__(self, session: ClientSession, keys: Keys, urls: Urls, *, return_url: str, public_url: str) -> None:
        """Have customers come back to `return_url`, and Mollie notify the hook at `public_url`."""
        super().__init__(session, keys, urls)
        self._return_url = return_url
        self._public_url = public_url.rstrip("/")

    @override
    def headers(self, key: str) -> Mapping[str, str]:
        return bearer(key)

    @override
    def build(self, line: Line, account: ProviderAccount) -> MollieProvider:
        return MollieProvider(line, return_url=self._return_url, webhook_url=self._hook(account))

    def _hook(self, account: ProviderAccount) -> str | None:
        # Mollie is told with each payment where to notify us, and refuses what it cannot reach over TLS.
        if not (in_vault(account) and self._public_url.startswith("https://")):
            return None
        organization_id = UUID(hex=account.secret_name.removeprefix(VAULT))
        return f"{self._public_url}/hooks/mollie/{endpoint(organization_id, account.account_id)}"


class AdyenAccounts(WireAccounts):
    """Merchant accounts at Adyen; live ones have an address of their own, which has no default."""

    def __init__(self, session: ClientSession, keys: Keys, urls: Urls, *, return_url: str) -> None:
        """Have customers come back to `return_url`."""
        super().__init__(session, keys, urls)
        self._return_url = return_url

    @override
    def headers(self, key: str) -> Mapping[str, str]:
        return {"X-API-Key": key}

    @override
    def build(self, line: Line, account: ProviderAccount) -> AdyenProvider:
        return AdyenProvider(line, merchant_account=account.account_id, return_url=self._return_url)
