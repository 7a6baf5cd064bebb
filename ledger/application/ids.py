"""Identifiers: prefixed outside, 128-bit stream ids inside, derived where a thing must happen once."""

import hashlib
import hmac
import secrets
from typing import Final
from uuid import UUID

from ledger.domain.errors import NotFound

HEX: Final = frozenset("0123456789abcdef")
DIGITS: Final = 32
PREFIXES: Final = {
    "checkout": "cs",
    "payment": "pay",
    "refund": "re",
    "dispute": "dp",
    "organization": "org",
    "work": "wk",
    "ipn": "ipn",
    "endpoint": "we",
    "notification": "ntf",
    "clearing_item": "ci",
    "payout": "po",
    "reconciliation": "rec",
    "review": "rv",
    "customer": "cus",
    "saved_method": "sm",
    "mail": "ml",
    "tax_rulebook": "txb",
    "tax_evidence": "tev",
    "tax_rule": "txr",
    "invoice": "inv",
    "credit_note": "cn",
}


class IdMalformed(NotFound):
    """This is not an identifier of ours."""

    code = "id_malformed"


def outside(kind: str, stream_id: UUID) -> str:
    """Write a stream id as people see it: `cs_` and 32 hexadecimal digits."""
    return f"{PREFIXES[kind]}_{stream_id.hex}"


def inside(kind: str, text: str) -> UUID:
    """Read an identifier of `kind`; raise `IdMalformed` for anything else."""
    prefix, _, digits = text.partition("_")
    if prefix != PREFIXES[kind] or len(digits) != DIGITS or not HEX.issuperset(digits):
        raise IdMalformed
    return UUID(hex=digits)


def fresh() -> UUID:
    """Return 128 random bits."""
    return UUID(bytes=secrets.token_bytes(16))


def derived(salt: str, *parts: str) -> UUID:
    """Return the one id that belongs to `parts`: 128 bits that nobody can guess without `salt`.

    The parts are length-prefixed, so that no two lists of parts give the same bytes.
    """
    message = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode() for part in parts))
    return UUID(bytes=hmac.digest(salt.encode(), message, hashlib.sha256)[:16])
