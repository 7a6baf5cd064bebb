"""Every provider we can speak to, opened for one event loop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from ledger.adapters.accounts import ProvidersByName
from ledger.adapters.hosted import AdyenAccounts, GoCardlessAccounts, MollieAccounts
from ledger.adapters.programmable import ProgrammableAccounts
from ledger.adapters.stripe import StripeAccounts, open_transport
from ledger.adapters.wire import open_session
from ledger.adapters.wire.accounts import Keys
from ledger.application.provider import Providers
from ledger.domain.values import Mode
from ledger.runtime.settings import Settings

NAMES: Final = ("stripe", "gocardless", "mollie", "adyen", "programmable")
"""By these an account says where it is."""


@asynccontextmanager
async def open_providers(settings: Settings, keys: Keys) -> AsyncIterator[Providers]:
    """Open the connections to all providers, at the addresses that `settings` name, and close them at the end."""
    return_url = settings.return_url or settings.public_url
    async with open_transport() as transport, open_session() as session:
        yield ProvidersByName(
            {
                "stripe": StripeAccounts(keys.named, transport, api_url=settings.stripe_api_url, vault=keys.vault),
                "gocardless": GoCardlessAccounts(
                    session,
                    keys,
                    {Mode.TEST: settings.gocardless_test_url, Mode.LIVE: settings.gocardless_live_url},
                    return_url=return_url,
                ),
                "mollie": MollieAccounts(
                    session,
                    keys,
                    dict.fromkeys(Mode, settings.mollie_api_url),
                    return_url=return_url,
                    public_url=settings.public_url,
                ),
                "adyen": AdyenAccounts(
                    session,
                    keys,
                    {Mode.TEST: settings.adyen_test_url, Mode.LIVE: settings.adyen_live_url},
                    return_url=return_url,
                ),
                "programmable": ProgrammableAccounts(
                    session, keys, {Mode.TEST: settings.programmable_api_url, Mode.LIVE: None}
                ),
            }
        )
