"""Which provider an account is at, where it is asked, and with what key."""

from collections.abc import AsyncIterator
from typing import Final
from uuid import uuid4

import pytest
from aiohttp import ClientSession

from ledger.adapters.adyen import AdyenProvider
from ledger.adapters.gocardless import GoCardlessProvider
from ledger.adapters.mollie import MollieProvider
from ledger.adapters.programmable import ProgrammableProvider
from ledger.adapters.providers import NAMES, open_providers
from ledger.adapters.stripe import StripeProvider
from ledger.adapters.wire.accounts import Keys
from ledger.application.provider import (
    ActionRequired,
    Provider,
    ProviderNotConfigured,
    Providers,
    ProviderTestOnly,
    ProviderUnknown,
)
from ledger.application.provider_secrets import vault_name
from ledger.application.secret import Secret
from ledger.domain.money import Money
from ledger.domain.organization import ProviderAccount
from ledger.domain.values import Mode
from ledger.runtime.settings import Settings
from tests.support.mollie_stand_in import MollieStandIn
from tests.support.stand_in import SECRET, serving

KINDS: Final[dict[str, type[Provider]]] = {
    "stripe": StripeProvider,
    "gocardless": GoCardlessProvider,
    "mollie": MollieProvider,
    "adyen": AdyenProvider,
    "programmable": ProgrammableProvider,
}


class Vault:
    """A vault that holds one key, or none."""

    def __init__(self) -> None:
        self.key: str | None = SECRET

    async def __call__(self, _account: ProviderAccount) -> Secret | None:
        return None if self.key is None else Secret(self.key)


def account_at(provider: str, mode: Mode = Mode.TEST) -> ProviderAccount:
    return ProviderAccount("acct_1", provider, mode, vault_name(uuid4()), "")


def settings(**given: object) -> Settings:
    return Settings.model_validate({"mongo_url": "mongodb://x", "redis_url": "redis://x", **given})


def nobody(_name: str) -> None:
    """Keep no key under any name."""


@pytest.fixture
def vault() -> Vault:
    return Vault()


@pytest.fixture
async def mollie() -> AsyncIterator[str]:
    async with serving(MollieStandIn()) as url:
        yield url


@pytest.fixture
async def providers(vault: Vault, mollie: str) -> AsyncIterator[Providers]:
    keys = Keys(vault=vault, named={"STRIPE": "sk_test_1"}.get)
    async with open_providers(settings(mollie_api_url=mollie, programmable_api_url=mollie), keys) as providers:
        yield providers


@pytest.mark.parametrize("name", NAMES)
async def test_the_name_of_the_provider_picks_the_adapter(providers: Providers, name: str) -> None:
    assert type(providers.of(account_at(name))) is KINDS[name]


async def test_a_provider_nobody_knows_is_named_in_the_error(providers: Providers) -> None:
    with pytest.raises(ProviderUnknown) as raised:
        providers.of(account_at("paypal"))
    assert raised.value.facts == {"provider": "paypal", "known": sorted(NAMES)}


async def test_a_live_account_without_an_address_is_not_configured(providers: Providers) -> None:
    with pytest.raises(ProviderNotConfigured):
        providers.of(account_at("adyen", Mode.LIVE))


async def test_a_programmable_provider_is_for_test_accounts_alone(providers: Providers) -> None:
    with pytest.raises(ProviderTestOnly):
        providers.of(account_at("programmable", Mode.LIVE))


async def asked(providers: Providers, account: ProviderAccount) -> str:
    provider = providers.of(account)
    parameters = provider.parameters(payment_id="pay_1", amount=Money(1999, "EUR"), payment_method="ideal")
    return await provider.open(parameters, idempotency_key=uuid4().hex)


async def test_a_rotated_key_is_used_at_once(providers: Providers, vault: Vault) -> None:
    """SEC-7."""
    account = account_at("mollie")
    provider = providers.of(account)
    reference = await asked(providers, account)
    vault.key = None
    with pytest.raises(ProviderNotConfigured):
        await provider.lookup(reference)
    vault.key = SECRET
    assert isinstance(await provider.lookup(reference), ActionRequired)


@pytest.mark.parametrize("key", ["", "live_key", "test_two\nX-Other: lines", "test_é", None])
async def test_a_key_of_the_other_mode_or_of_none_is_never_sent(
    providers: Providers, vault: Vault, key: str | None
) -> None:
    """SEC-7."""
    vault.key = key
    with pytest.raises(ProviderNotConfigured) as raised:
        await asked(providers, account_at("mollie"))
    assert raised.value.facts == {"account": "acct_1"}


async def test_mollie_is_told_where_to_notify_us_if_it_can_reach_us(vault: Vault) -> None:
    account = account_at("mollie")
    keys = Keys(vault=vault, named=nobody)
    async with open_providers(settings(public_url="https://pay.example"), keys) as reachable:
        frozen = reachable.of(account).parameters(payment_id="pay_1", amount=Money(1, "EUR"), payment_method="any")
    organization = account.secret_name.removeprefix("vault:")
    assert frozen["webhook_url"] == f"https://pay.example/hooks/mollie/org_{organization}.acct_1"
    assert frozen["return_url"] == "https://pay.example"


@pytest.mark.parametrize("name", ["mollie_api_url", "adyen_live_url", "return_url", "gocardless_live_url"])
def test_in_production_every_provider_is_spoken_to_over_tls(name: str) -> None:
    production = {"environment": "production", "public_url": "https://pay.example"}
    assert settings(**production).environment == "production"
    with pytest.raises(ValueError, match=name.upper()):
        settings(**production, **{name: "http://provider.example"})


async def test_what_is_opened_is_closed(vault: Vault, mollie: str) -> None:
    async with open_providers(settings(mollie_api_url=mollie), Keys(vault=vault, named=nobody)) as providers:
        provider = providers.of(account_at("mollie"))
        assert isinstance(provider, MollieProvider)
        session: ClientSession = provider._line._session
    assert session.closed
