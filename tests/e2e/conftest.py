"""A merchant on real servers, and the processes that serve its customers."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from ledger.bootstrap import open_ledger
from ledger.domain.organization import ProviderAccount
from ledger.domain.values import Mode
from ledger.runtime.devstack import Server
from ledger.runtime.settings import Settings
from tests.e2e.api_process import SECRET, SECRET_NAME, Backing, fault_proxy

ACCOUNT = ProviderAccount("acct_1", "stripe", Mode.TEST, SECRET_NAME, "pk_test_1")


@dataclass(frozen=True, slots=True)
class Shop:
    """A merchant's key, and what the processes stand on."""

    key: str
    backing: Backing
    settings: Settings


@pytest.fixture
def provider(stripe_server: Server, tmp_path: Path) -> Iterator[Server]:
    """The provider's stand-in behind the proxy that keeps idempotency keys and counts charges."""
    proxy = fault_proxy(stripe_server.url, tmp_path)
    proxy.start()
    yield proxy
    proxy.stop()


@pytest.fixture
async def shop(mongo_url: str, mongo_database: str, empty_valkey: str, provider: Server, tmp_path: Path) -> Shop:
    """A merchant in a database of its own, connected to the provider."""
    backing = Backing(mongo_url, mongo_database, empty_valkey, provider.url, tmp_path)
    settings = Settings(
        mongo_url=SecretStr(mongo_url),
        mongo_database=mongo_database,
        redis_url=SecretStr(empty_valkey),
        stripe_api_url=provider.url,
        provider_secrets={SECRET_NAME: SecretStr(SECRET)},
    )
    async with open_ledger(settings, name="test") as ledger:
        organization = await ledger.organizations.register("Shirts & Co")
        await ledger.organizations.connect(organization, ACCOUNT)
        key = await ledger.organizations.issue_key(organization, Mode.TEST, "till")
    return Shop(key, backing, settings)
