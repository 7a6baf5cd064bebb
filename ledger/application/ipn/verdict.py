"""What can be said of a notification before anybody acts on it, and what its sender is answered."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a notification is rejected; the values are stable and are what counters count."""

    NO_SECRET = "no_secret"  # noqa: S105 - a reason, and no secret
    SECRET_MALFORMED = "secret_malformed"  # noqa: S105 - a reason
    HEADER_MISSING = "header_missing"
    HEADER_REPEATED = "header_repeated"
    HEADER_MALFORMED = "header_malformed"
    SIGNATURE_MISSING = "signature_missing"
    SIGNATURE_MISMATCH = "signature_mismatch"
    TIMESTAMP_TOO_OLD = "timestamp_too_old"
    TIMESTAMP_IN_FUTURE = "timestamp_in_future"
    WRONG_ACCOUNT = "wrong_account"
    WRONG_MODE = "wrong_mode"
    BODY_EMPTY = "body_empty"
    BODY_TOO_LARGE = "body_too_large"
    BODY_NOT_UTF8 = "body_not_utf8"
    BODY_NOT_JSON = "body_not_json"
    BODY_DUPLICATE_NAME = "body_duplicate_name"
    BODY_TOO_DEEP = "body_too_deep"
    BODY_NUMBER = "body_number"
    BODY_LONE_SURROGATE = "body_lone_surrogate"
    BODY_UNEXPECTED = "body_unexpected"
    TOO_MANY_EVENTS = "too_many_events"


@dataclass(frozen=True, slots=True)
class Signed:
    """The provider sent exactly these bytes; `secret_version` is the one under which the signature was right."""

    secret_version: int


@dataclass(frozen=True, slots=True)
class UnsignedHint:
    """Anybody may have sent this: it names an object, and the provider must be asked what became of it."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Nothing may follow from this notification; `where` names the header or field at fault, never its content."""

    reason: Reason
    where: str = ""


@dataclass(frozen=True, slots=True)
class ObjectUnknown:
    """The provider, when asked, knows no payment of ours behind the object that a hint names."""


Verdict = Signed | UnsignedHint | Rejected


class Receipt(StrEnum):
    """What became of a notification that was not rejected."""

    STORED = "stored"  # now or before: a duplicate is stored, too
    STORAGE_AWAY = "storage_away"  # the provider shall send it again
    ENDPOINT_UNKNOWN = "endpoint_unknown"  # no such account, or no secret for it


@dataclass(frozen=True, slots=True)
class Ack:
    """The answer to the provider: an HTTP status and the body it looks for."""

    status: int
    body: bytes = b""
