"""Idempotency keys at the edge; what they began is remembered by the stream they name, and nowhere else."""

import secrets
from typing import Final

from api.card_numbers import refuse_card_number_in
from ledger.application.idempotency import well_formed

IDEMPOTENCY_KEY: Final = "Idempotency-Key"


def optional_key(header: str | None) -> str:
    """Return the key, one made up if there is none; raise `IdempotencyKeyMalformed` or `CardNumberRefused`."""
    return f"auto_{secrets.token_hex(16)}" if header is None else required_key(header)


def required_key(header: str | None) -> str:
    """Return the key; raise `IdempotencyKeyMissing`, `IdempotencyKeyMalformed` (IDEM-4) or `CardNumberRefused`."""
    key = well_formed(header)
    refuse_card_number_in(IDEMPOTENCY_KEY, key)
    return key
