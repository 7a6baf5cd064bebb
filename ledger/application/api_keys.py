"""How an API key is written, so that people, scanners of leaked text and this ledger agree on what one is (SEC-6).

    sk_test_0123456789abcdef0123456789abcdef01234567.<64 digits><8 digits>
    └┬┘└─┬─┘└──────────────────┬───────────────────┘ └───┬────┘ └───┬────┘
    kind mode   key id: organization and number        secret    CRC-32 of the secret

Whoever finds a key in a text can tell it from noise without asking anybody, and say whose it is without the secret.
"""

import re
import secrets
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.application import ids
from ledger.domain.values import Mode

FULL, RESTRICTED = "sk", "rk"
NUMBER_DIGITS: Final = 8
SECRET_DIGITS: Final = 64
CHECKSUM_DIGITS: Final = 8

FORMAT: Final = r"\b[sr]k_(?:live|test)_[0-9a-f]{40}\.[0-9a-f]{72}\b"
"""The regular expression for secret scanning; what matches and has a wrong checksum is no key."""
_FORMAT: Final = re.compile(FORMAT, re.ASCII)


@dataclass(frozen=True, slots=True)
class WrittenKey:
    """A key as somebody wrote it; whether it is right, only the digest of its secret tells."""

    kind: str
    mode: Mode
    key_id: str
    secret: str

    @property
    def organization_id(self) -> UUID:
        """Return whose key it says it is."""
        return UUID(hex=self.key_id[: ids.DIGITS])

    @property
    def text(self) -> str:
        """Return the key itself."""
        return f"{self.kind}_{self.mode.value}_{self.key_id}.{self.secret}"


def minted(organization_id: UUID, mode: Mode, *, restricted: bool) -> WrittenKey:
    """Return a new key of an organization; its secret holds 256 random bits."""
    key_id = f"{organization_id.hex}{secrets.token_hex(NUMBER_DIGITS // 2)}"
    secret = secrets.token_hex(SECRET_DIGITS // 2)
    return WrittenKey(RESTRICTED if restricted else FULL, mode, key_id, secret + _checksum(secret))


def parsed(text: str) -> WrittenKey | None:
    """Return the parts of a key; None if `text` is not one, whatever is wrong with it."""
    if _FORMAT.fullmatch(text) is None:
        return None
    kind, mode, rest = text.split("_")
    key_id, _, secret = rest.partition(".")
    if _checksum(secret[:SECRET_DIGITS]) != secret[SECRET_DIGITS:]:
        return None
    return WrittenKey(kind, Mode(mode), key_id, secret)


def found(text: str) -> Iterator[WrittenKey]:
    """Yield every key that somebody left in `text`."""
    yield from filter(None, map(parsed, _FORMAT.findall(text)))


def _checksum(secret: str) -> str:
    return f"{zlib.crc32(secret.encode()):0{CHECKSUM_DIGITS}x}"
