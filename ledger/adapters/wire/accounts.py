"""Finds the account at a provider that is asked in JSON: its address by mode, its key, and whether it fits."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from aiohttp import ClientSession
from typing_extensions import override

from ledger.adapters.wire.limits import Limits
from ledger.adapters.wire.line import Line
from ledger.application.provider import Provider, ProviderNotConfigured, Providers
from ledger.application.provider_secrets import in_vault
from ledger.application.secret import Secret
from ledger.domain.organization import ProviderAccount
from ledger.domain.values import Mode

NamedSecret = Callable[[str], str | None]
VaultKey = Callable[[ProviderAccount], Awaitable[Secret | None]]

_ANYTHING: Final = ("",)


@dataclass(frozen=True, slots=True)
class Keys:
    """Where keys are kept: in the vault, or, for development, under a name. Both return None when there is none."""

    vault: VaultKey
    named: NamedSecret

    async def of(self, account: ProviderAccount) -> str | None:
        """Return the account's key as it is now, so that a rotated one needs no restart."""
        if not in_vault(account):
            return self.named(account.secret_name)
        secret = await self.vault(account)
        return None if secret is None else secret.reveal().decode(errors="replace").strip()


class WireAccounts(Providers, ABC):
    """Every account of this process at one provider. Asked at every request, a key is held nowhere."""

    prefixes: ClassVar[Mapping[Mode, tuple[str, ...]]] = {Mode.TEST: _ANYTHING, Mode.LIVE: _ANYTHING}
    """How the provider's keys of a mode begin, if it tells them apart."""

    def __init__(
        self, session: ClientSession, keys: Keys, urls: Mapping[Mode, str | None], limits: Limits | None = None
    ) -> None:
        """Ask over `session` at the address of the account's mode; a mode without one is not configured."""
        self._session = session
        self._keys = keys
        self._urls = urls
        self._limits = limits

    @override
    def of(self, account: ProviderAccount) -> Provider:
        url = self._urls[account.mode]
        if url is None:
            raise ProviderNotConfigured(
                "The provider's address for this mode is not set.", account=account.account_id
            )

        async def credentials() -> Mapping[str, str]:
            key = await self._keys.of(account)
            # A live key under a test account would move real money for a merchant who is trying things out. A line
            # break would end the header.
            if not key or not key.startswith(self.prefixes[account.mode]) or not _is_header_value(key):
                raise ProviderNotConfigured(account=account.account_id)
            return self.headers(key)

        return self.build(Line(self._session, url, credentials, self._limits), account)

    @abstractmethod
    def headers(self, key: str) -> Mapping[str, str]:
        """Return the headers that carry `key`."""

    @abstractmethod
    def build(self, line: Line, account: ProviderAccount) -> Provider:
        """Return the provider that speaks over `line`."""


def bearer(key: str) -> Mapping[str, str]:
    """Return the header that most providers take a key in."""
    return {"Authorization": f"Bearer {key}"}


def _is_header_value(key: str) -> bool:
    return key.isascii() and key.isprintable()
