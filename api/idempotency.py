"""Idempotency keys at the edge; what they began is remembered by the stream they name, and nowhere else."""

import secrets
from typing import Final

from ledger.application.idempotency import well_formed

IDEMPOTENCY_KEY: Final = "Idempotency-Key"


def optional_key(header: str | None) -> str:
    """Return the key, one made up if there is none; raise `IdempotencyKeyMalformed`."""
    return f"auto_{secrets.token_hex(16)}" if header is None else well_formed(header)


def required_key(header: str | None) -> str:
    """Return the key; raise `IdempotencyKeyMissing` or `IdempotencyKeyMalformed` (IDEM-4)."""
    return well_formed(header)
