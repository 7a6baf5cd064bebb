"""Small values that many events share."""

from dataclasses import dataclass, field
from enum import StrEnum

from ledger.domain.errors import Refused


class Mode(StrEnum):
    """Whether real money moves."""

    LIVE = "live"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Personal:
    """A piece of personal data. It lives in no other type, so that the mapper can seal it per person."""

    text: str = field(repr=False)


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
