"""Small values that many events share."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ledger.domain.errors import Refused


class Mode(StrEnum):
    """Whether real money moves."""

    LIVE = "live"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Personal:
    """A piece of personal data. It lives in no other type, so that the mapper can seal it per person."""

    text: str = field(repr=False)


LONGEST_EMAIL: Final = 254
EMAIL: Final = r"^[!-?A-~]+@[A-Za-z0-9.\-]+$"
"""What an address for mail looks like, loosely: whether anybody reads it, only a mail can tell."""


class EmailRefused(Refused):
    """This is not an address for mail."""

    code = "email_refused"


def email(text: str) -> Personal:
    """Read an address for mail; raise `EmailRefused`."""
    if len(text) > LONGEST_EMAIL or re.fullmatch(EMAIL.removesuffix("$"), text) is None:
        raise EmailRefused
    return Personal(text)


def masked(address: Personal) -> str:
    """Show an address for mail to whoever knows it, and to nobody else: its first letter and its domain."""
    local, _, domain = address.text.rpartition("@")
    return f"{local[:1]}…@{domain}"


@dataclass(frozen=True, slots=True)
class Request:
    """What an idempotency key was first used for: the key, and a keyed hash of every field of the body."""

    key: str
    fields: tuple[tuple[str, str], ...] = ()

    def require_same(self, other: "Request") -> None:
        """Raise `IdempotencyKeyReused`, naming the differing fields, unless `other` asks for the same thing."""
        if self.fields == other.fields:
            return
        ours, theirs = dict(self.fields), dict(other.fields)
        names = sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
        raise IdempotencyKeyReused(fields=names)


class IdempotencyKeyReused(Refused):
    """This idempotency key was used for a different request."""

    code = "idempotency_key_reused"
