"""What every provider's way of sending notifications answers to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from ledger.application.ipn.event import Split
from ledger.application.ipn.verdict import Ack, Reason, Receipt, Rejected, Verdict
from ledger.application.secret import SecretVersion

Headers = Sequence[tuple[str, str]]
"""A request's headers in the order they came, repeated ones repeated."""

# A receipt is kept in one event: sealed and written as base64, this much still fits into a page of the journal.
MAX_BODY: Final = 512 * 1024
MAX_HEADER: Final = 8 * 1024
MAX_EVENTS: Final = 250
"""GoCardless sends up to 250 events at once; nobody sends more."""
TOLERANCE_S: Final = 300
"""How far a signed timestamp may be from now, in both directions."""

_UNAUTHENTIC: Final = 400


class IpnScheme(Protocol):
    """One provider's scheme. All of it is pure, and total: no input whatsoever makes a method raise."""

    accepted: Ack = Ack(200)
    """What the provider takes for "received"."""
    refused: int = _UNAUTHENTIC
    """The status that tells the provider that a signature is wrong."""
    batched: bool = False
    """Whether one body may hold any number of events."""

    def authenticate(self, raw: bytes, headers: Headers, secrets: Sequence[SecretVersion], now: datetime) -> Verdict:
        """Judge the raw bytes under whichever of `secrets` is valid at `now`, the moment they were received."""
        ...

    def split(self, raw: bytes, headers: Headers) -> Split:
        """Return the events in a body; whether it is authentic was settled before."""
        ...

    def named_by(self, reference: str) -> tuple[str, ...] | None:  # noqa: ARG002 - for those who can
        """Return the key of the event that tells that a payment is known as `reference`; None where none does."""
        return None

    def ack(self, outcome: Receipt | Rejected) -> Ack:
        """Return the answer to the provider."""
        match outcome:
            case Receipt.STORED:
                return self.accepted
            case Receipt.STORAGE_AWAY:
                return Ack(503)
            case Rejected(Reason.BODY_TOO_LARGE):
                return Ack(413)
            case Receipt.ENDPOINT_UNKNOWN | Rejected(Reason.NO_SECRET):
                return Ack(404)
            case Rejected():
                return Ack(self.refused)


def header(headers: Headers, name: str) -> list[str]:
    """Return every value of the header `name` (in lower case), in order."""
    return [value for key, value in headers if key.lower() == name]


def one_header(headers: Headers, name: str) -> str | Rejected:
    """Return the value of a header that must be there once, in ASCII and of bounded length."""
    values = header(headers, name)
    if not values:
        return Rejected(Reason.HEADER_MISSING, name)
    if len(values) > 1:
        return Rejected(Reason.HEADER_REPEATED, name)
    if not values[0].isascii() or len(values[0]) > MAX_HEADER:
        return Rejected(Reason.HEADER_MALFORMED, name)
    return values[0]
