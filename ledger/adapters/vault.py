"""Sealing with AES-256-GCM, and the master keys as an operator writes them."""

import base64
import binascii
import hashlib
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from typing_extensions import override

from ledger.application.sealing import (
    MasterKeyMalformed,
    MasterKeyMissing,
    MasterKeyUnknown,
    SealBroken,
    Sealed,
    Sealer,
)
from ledger.application.secret import Secret

KEY_BYTES: Final = 32
# NIST SP 800-38D: 96 bits, random; one key seals at most 2^32 times, far beyond what secrets need.
NONCE_BYTES: Final = 12
MOST_KEYS: Final = 16
_KEY_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{64}")


class AesGcmSealer(Sealer):
    """Seals under the first master key, opens under any; `keys` are 32 bytes each, by id, the newest first."""

    def __init__(self, keys: Mapping[str, Secret]) -> None:
        """Raise `MasterKeyMissing` or `MasterKeyMalformed`."""
        if not keys:
            raise MasterKeyMissing
        if any(len(key.reveal()) != KEY_BYTES for key in keys.values()):
            raise MasterKeyMalformed
        self._key_id = next(iter(keys))
        self._ciphers = {key_id: AESGCM(key.reveal()) for key_id, key in keys.items()}

    @property
    @override
    def key_id(self) -> str:
        return self._key_id

    @override
    def seal(self, plain: bytes, context: bytes) -> Sealed:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return Sealed(self._key_id, nonce, self._ciphers[self._key_id].encrypt(nonce, plain, context))

    @override
    def unseal(self, sealed: Sealed, context: bytes) -> bytes:
        cipher = self._ciphers.get(sealed.key_id)
        if cipher is None:
            raise MasterKeyUnknown(key_id=sealed.key_id)
        try:
            return cipher.decrypt(sealed.nonce, sealed.ciphertext, context)
        except (InvalidTag, ValueError) as error:
            raise SealBroken(key_id=sealed.key_id) from error


class ClosedSealer(Sealer):
    """Stands where no master key is configured: it seals and opens nothing, and says so."""

    @property
    @override
    def key_id(self) -> str:
        raise MasterKeyMissing

    @override
    def seal(self, plain: bytes, context: bytes) -> Sealed:
        raise MasterKeyMissing

    @override
    def unseal(self, sealed: Sealed, context: bytes) -> bytes:
        raise MasterKeyMissing


def sealer_of(*, text: Secret | None, file: Path | None) -> Sealer:
    """Return the sealer of the master keys that were given, a closed one if none were; raise as `master_keys`."""
    if text is None and file is None:
        return ClosedSealer()
    return AesGcmSealer(master_keys(text=text, file=file))


def master_keys(*, text: Secret | None, file: Path | None) -> dict[str, Secret]:
    """Read master keys, the sealing one first, from what was given of LEDGER_MASTER_KEY and LEDGER_MASTER_KEY_FILE.

    Keys stand apart by white space or commas, each 32 bytes as base64 or hexadecimal digits, with an id before it
    (`2026-11:…`) or without: then the id comes from its hash. Raises `MasterKeyMissing` and `MasterKeyMalformed`,
    neither of which repeats what was read.
    """
    if text is not None and file is not None:
        raise MasterKeyMalformed("Give LEDGER_MASTER_KEY or LEDGER_MASTER_KEY_FILE, not both.")
    written = _read(file) if file is not None else text.reveal() if text is not None else b""
    words = re.split(r"[\s,]+", written.decode("ascii", "replace").strip())
    keys = [_key(word) for word in words if word]
    if not keys:
        raise MasterKeyMissing
    if len({key_id for key_id, _ in keys}) < len(keys) or len(keys) > MOST_KEYS:
        raise MasterKeyMalformed("Each master key has an id of its own, and there are few.")
    return dict(keys)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise MasterKeyMissing("The file with the master key cannot be read.", file=str(file)) from error


def _key(word: str) -> tuple[str, Secret]:
    given, colon, encoded = word.rpartition(":")
    raw = _decoded(encoded)
    if len(raw) != KEY_BYTES or (colon and not _KEY_ID.fullmatch(given)):
        raise MasterKeyMalformed
    return given or _id_of(raw), Secret(raw)


def _decoded(encoded: str) -> bytes:
    if _HEXADECIMAL.fullmatch(encoded):
        return bytes.fromhex(encoded)
    try:
        return base64.b64decode(encoded, altchars=b"-_" if {"-", "_"} & set(encoded) else None, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _id_of(raw: bytes) -> str:
    # Eight digits of a hash of 256 random bits tell keys apart and nothing about them.
    return "k" + hashlib.sha256(b"ledger master key id\0" + raw).hexdigest()[:8]
