"""The secrets of provider accounts: where they lie in the vault, and a short memory of those in use."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from ledger.application.clock import Clock
from ledger.application.sealing import Place
from ledger.application.secret import Secret, SecretVersion
from ledger.application.vault import Vault
from ledger.domain.organization import ProviderAccount

API_KEY: Final = "api_key"
WEBHOOK_SECRET: Final = "webhook_secret"  # noqa: S105 - the name of a field
FIELDS: Final = (API_KEY, WEBHOOK_SECRET)
"""What is kept for an account."""

REMEMBERED: Final = timedelta(seconds=5)
"""How long after a rotation a process may still use the secret from before it."""
MOST_REMEMBERED: Final = 1_000
VAULT: Final = "vault:"
"""How the `secret_name` of an account begins whose key lies in the vault; its organization follows."""


def vault_name(organization_id: UUID) -> str:
    """Return the `secret_name` of an account whose key lies in the vault."""
    return f"{VAULT}{organization_id.hex}"


def in_vault(account: ProviderAccount) -> bool:
    """Tell whether the account's key lies in the vault."""
    return account.secret_name.startswith(VAULT)


class ProviderSecrets:
    """Reads secrets out of the vault, each at most once in a few seconds."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        """Ask `vault`."""
        self._vault = vault
        self._clock = clock
        self._recent: dict[Place, tuple[datetime, tuple[SecretVersion, ...]]] = {}

    async def api_key(self, account: ProviderAccount) -> Secret | None:
        """Return the key of an account that is `in_vault`, None if there is none now."""
        organization_id = UUID(hex=account.secret_name.removeprefix(VAULT))
        valid = await self._valid(Place(organization_id, account.account_id, API_KEY))
        return valid[0].secret if valid else None

    async def webhook_secrets(self, organization_id: UUID, account_id: str) -> tuple[SecretVersion, ...]:
        """Return every secret that an account's notifications may be signed with now (IPN-6), newest first."""
        return await self._valid(Place(organization_id, account_id, WEBHOOK_SECRET))

    async def _valid(self, place: Place) -> tuple[SecretVersion, ...]:
        now = self._clock.now()
        known = self._recent.get(place)
        if known is not None and known[0] > now:
            return tuple(each for each in known[1] if each.valid_at(now))
        valid = await self._vault.valid(place)
        if len(self._recent) >= MOST_REMEMBERED:
            self._recent.clear()
        self._recent[place] = now + REMEMBERED, valid
        return valid
