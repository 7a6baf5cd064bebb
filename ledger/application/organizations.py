"""Organizations: registering, API keys, provider accounts, and telling who calls."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from ledger.application import ids
from ledger.application.api_keys import FULL, RESTRICTED, minted, parsed
from ledger.application.context import acting
from ledger.application.repository import Repository, deciding
from ledger.domain.access import Scope, ScopeMissing
from ledger.domain.errors import Refused
from ledger.domain.organization import ApiKey, Organization, ProviderAccount
from ledger.domain.values import Mode, Personal


class KeyRefused(Refused):
    """The API key is missing, malformed, revoked or unknown."""

    code = "api_key_invalid"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: one key of one organization, in one mode. `scopes` are its only rights; None: it has them all."""

    organization_id: UUID
    mode: Mode
    key_id: str
    scopes: frozenset[Scope] | None = None

    def require(self, scope: Scope | None) -> None:
        """Raise `ScopeMissing` unless the key has this right; what names none is for keys with full rights."""
        if self.scopes is not None and scope not in self.scopes:
            raise ScopeMissing(scope=scope)


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

    async def issue_key(
        self, organization_id: UUID, mode: Mode, label: str, *, scopes: Iterable[Scope] | None = None
    ) -> str:
        """Issue a key and return it: the only time anybody sees it, since only a digest is kept.

        With `scopes` the key is restricted to them, and begins with `rk_` for everybody to see.
        """
        written = minted(organization_id, mode, restricted=scopes is not None)
        granted = None if scopes is None else tuple(sorted(set(scopes)))
        key = ApiKey(written.key_id, mode, _digest(written.secret), label, granted)

        async def decide() -> None:
            organization = await self._repository.get(Organization, organization_id)
            organization.issue_key(key)
            await self._repository.save(organization)

        with acting(tenant=organization_id):
            await deciding(decide)
        return written.text

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

    async def write_to(self, organization_id: UUID, contact: Personal | None) -> None:
        """Write to the merchant at `contact` from now on, about what needs them; None: nowhere."""

        async def decide() -> None:
            organization = await self._repository.get(Organization, organization_id)
            organization.write_to(contact)
            await self._repository.save(organization)

        with acting(tenant=organization_id):
            await deciding(decide)

    async def authenticate(self, key: str) -> Principal:
        """Tell whose key this is; raise `KeyRefused`, which does not say what was wrong with it."""
        written = parsed(key)
        if written is None:
            raise KeyRefused
        organization = await self._repository.find(Organization, written.organization_id)
        known = organization.keys.get(written.key_id) if organization else None
        digest = known.digest if known else ""
        if not hmac.compare_digest(digest, _digest(written.secret)) or known is None:
            raise KeyRefused
        if (written.kind, written.mode) != (FULL if known.scopes is None else RESTRICTED, known.mode):
            raise KeyRefused
        scopes = None if known.scopes is None else frozenset(known.scopes)
        return Principal(written.organization_id, written.mode, written.key_id, scopes)


def _digest(secret: str) -> str:
    # The secret holds 256 random bits, so that one round of SHA-256 is as hard to invert as any slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()
