"""Sealing: bytes that only a master key opens, and only for the record that they were sealed for."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from ledger.domain.errors import Unavailable


class VaultClosed(Unavailable):
    """What is sealed cannot be opened until an operator mends it."""

    code = "vault_closed"


class MasterKeyMissing(VaultClosed):
    """No master key is configured."""

    code = "master_key_missing"


class MasterKeyMalformed(VaultClosed):
    """The master key is not 32 bytes in base64 or hexadecimal digits."""

    code = "master_key_malformed"


class MasterKeyUnknown(VaultClosed):
    """This was sealed under a master key that is not at hand."""

    code = "master_key_unknown"


class SealBroken(VaultClosed):
    """What is sealed was changed, belongs to another record, or the master key is another under the same id."""

    code = "seal_broken"


@dataclass(frozen=True, slots=True)
class Sealed:
    """Bytes that only the master key `key_id` opens; the nonce was used once."""

    key_id: str
    nonce: bytes
    ciphertext: bytes


class Sealer(Protocol):
    """Seals bytes under the newest master key, and opens those sealed under any that is at hand."""

    @property
    def key_id(self) -> str:
        """The master key that seals from now on."""
        ...

    def seal(self, plain: bytes, context: bytes) -> Sealed:
        """Seal `plain` so that it opens only together with the same `context`."""
        ...

    def unseal(self, sealed: Sealed, context: bytes) -> bytes:
        """Return what was sealed; raise `MasterKeyUnknown` or `SealBroken`."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """What a secret belongs to: `field` of the record `record` of an organization."""

    organization_id: UUID
    record: str
    field: str


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """One version of a secret as it is kept; versions begin at 1. Everything here is under the seal."""

    place: Place
    version: int
    valid_from: datetime
    valid_until: datetime | None
    sealed: Sealed

    @property
    def context(self) -> bytes:
        """What the seal is bound to (SEC-7); length-prefixed, so that no two contexts are the same bytes."""
        return context(self.place, self.version, self.valid_from, self.valid_until)


def context(place: Place, version: int, valid_from: datetime, valid_until: datetime | None) -> bytes:
    """Return the associated data of one version of a secret."""
    until = "" if valid_until is None else valid_until.isoformat()
    parts = (
        "secret",
        place.organization_id.hex,
        place.record,
        place.field,
        str(version),
        valid_from.isoformat(),
        until,
    )
    return b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode() for part in parts))


class SealedSecrets(Protocol):
    """Where sealed secrets lie. Every method raises `Unavailable` when the store does not answer in time.

    Moments are kept in milliseconds; the vault gives no finer ones.
    """

    async def add(self, secret: SealedSecret) -> bool:
        """Keep a version; say no if the place has this version already."""
        ...

    async def replace(self, old: SealedSecret, new: SealedSecret) -> bool:
        """Put `new` in the place of `old`; say no if it is not there as it was read."""
        ...

    async def versions(self, place: Place) -> Sequence[SealedSecret]:
        """Return the versions kept for a place, oldest first."""
        ...

    def not_under(self, key_id: str) -> AsyncIterator[SealedSecret]:
        """Yield every version, of anybody's secrets, that is sealed under another master key."""
        ...
