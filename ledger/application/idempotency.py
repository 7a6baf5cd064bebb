"""Idempotency keys: the first event of what they started is their only record (IDEM-1 to IDEM-12)."""

import hashlib
import hmac
from collections.abc import Mapping

import orjson

from ledger.domain.errors import Refused
from ledger.domain.values import Request

LONGEST_KEY = 255


class IdempotencyKeyMissing(Refused):
    """This request moves money and needs an Idempotency-Key header."""

    code = "idempotency_key_missing"


class IdempotencyKeyMalformed(Refused):
    """An idempotency key has 1 to 255 visible ASCII characters."""

    code = "idempotency_key_malformed"


def well_formed(key: str | None) -> str:
    """Return the key; raise `IdempotencyKeyMissing` or `IdempotencyKeyMalformed`."""
    if key is None:
        raise IdempotencyKeyMissing
    if not 0 < len(key) <= LONGEST_KEY or not all("!" <= character <= "~" for character in key):
        raise IdempotencyKeyMalformed
    return key


def request_of(salt: str, key: str, body: Mapping[str, object]) -> Request:
    """Return what the key is used for.

    Each top-level field is hashed under `salt`, so that the record tells which field differs and nothing else.
    """
    fields = tuple((name, _hash(salt, name, value)) for name, value in sorted(body.items()) if value is not None)
    return Request(key, fields)


def _hash(salt: str, name: str, value: object) -> str:
    canonical = orjson.dumps([name, value], option=orjson.OPT_SORT_KEYS)
    return hmac.digest(salt.encode(), canonical, hashlib.sha256)[:8].hex()
