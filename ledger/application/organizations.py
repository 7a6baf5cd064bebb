"""Organizations: registering, API keys, provider accounts, and telling who calls."""

import hashlib
import hmac
import secrets
import zlib
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.application import ids
from ledger.application.context import acting
from ledger.application.repository import Repository, deciding
from ledger.domain.errors import Refused
from ledger.domain.organization import ApiKey, Organization, ProviderAccount
from ledger.domain.values import Mode

KEY_ID_DIGITS: Final = ids.DIGITS + 8
SECRET_DIGITS: Final = 64
CHECKSUM_DIGITS: Final = 8


class KeyRefused(Refused):
    """The API key is missing, malformed, revoked or unknown."""

    code = "api_key_invalid"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: one key of one organization, in one mode."""

    organization_id: UUID
    mode: Mode
    key_id: str


class Organizations:
    """The merchants of this ledger."""

    def __init__(self, repository: Repository) -> None:
        """Keep organizations in `repository`."""
        self._repository = repository

    async def register(self, name: str) -> UUID:
        """Register a merchant and return its stream id."""
        organization = Organization.register(ids.fresh(), name, id_salt=secrets.token_hex(32))
        with acting(tenant=organization.id):
            await self._repository.save(organization)
        return organization.id

    async def get(self, organization_id: UUID) -> Organization:
        """Return the organization or raise `NotFound`."""
        return await self._repository.get(Organization, organization_id)

    async def glance(self, organization_id: UUID) -> Organization:
        """Return the organization as this process last knew it, some milliseconds old at most; raise `NotFound`."""
        return await self._repository.glance(Organization, organization_id)

    async def issue_key(self, organization_id: UUID, mode: Mode, label: str) -> str:
        """Issue a key and return it: the only time anybody sees it, since only a digest is kept."""
        key_id = f"{organization_id.hex}{secrets.token_hex(4)}"
        secret = _secret()
        key = ApiKey(key_id, mode, _digest(secret), label)

        async def decide() -> None:
            organization = await self._repository.get(Organization, organization_id)
            organization.issue_key(key)
            await self._repository.save(organization)

        with acting(tenant=organization_id):
            await deciding(decide)
        return f"sk_{mode.value}_{key_id}.{secret}"

    async def revoke_key(self, organization_id: UUID, key_id: str) -> None:
        """Stop accepting a key; raise `KeyUnknown`."""

        async def decide() -> None:
            organization = await self._repository.get(Organization, organization_id)
            organization.revoke_key(key_id)
            await self._repository.save(organization)

        with acting(tenant=organization_id):
            await deciding(decide)

    async def connect(self, organization_id: UUID, account: ProviderAccount) -> None:
        """Send charges of the account's mode to it from now on."""

        async def decide() -> None:
            organization = await self._repository.get(Organization, organization_id)
            organization.connect(account)
            await self._repository.save(organization)

        with acting(tenant=organization_id):
            await deciding(decide)

    async def authenticate(self, key: str) -> Principal:
        """Tell whose key this is; raise `KeyRefused`, which does not say what was wrong with it."""
        mode, key_id, secret = _parse(key)
        organization = await self._repository.find(Organization, UUID(hex=key_id[: ids.DIGITS]))
        known = organization.keys.get(key_id) if organization else None
        digest = known.digest if known else ""
        if not hmac.compare_digest(digest, _digest(secret)) or known is None or known.mode is not mode:
            raise KeyRefused
        return Principal(UUID(hex=key_id[: ids.DIGITS]), mode, key_id)


def _secret() -> str:
    # The last eight digits are a checksum, by which a scanner of leaked text tells a key from noise (SEC-6).
    secret = secrets.token_hex(SECRET_DIGITS // 2)
    return secret + _checksum(secret)


def _checksum(secret: str) -> str:
    return f"{zlib.crc32(secret.encode()):0{CHECKSUM_DIGITS}x}"


def _digest(secret: str) -> str:
    # The secret holds 256 random bits, so that one round of SHA-256 is as hard to invert as any slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()


def _parse(key: str) -> tuple[Mode, str, str]:
    prefix, _, rest = key.partition("_")
    mode, _, rest = rest.partition("_")
    key_id, _, secret = rest.partition(".")
    well_formed = (
        prefix == "sk"
        and mode in set(Mode)
        and len(key_id) == KEY_ID_DIGITS
        and len(secret) == SECRET_DIGITS + CHECKSUM_DIGITS
        and ids.HEX.issuperset(key_id + secret)
        and _checksum(secret[:SECRET_DIGITS]) == secret[SECRET_DIGITS:]
    )
    if not well_formed:
        raise KeyRefused
    return Mode(mode), key_id, secret
