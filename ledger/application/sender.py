"""The port through which merchants are told: what is signed, and what may come back."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Protocol

from ledger.application.ipn.signatures import base64_digest
from ledger.application.secret import Secret
from ledger.domain.errors import Refused

WHSEC: Final = "whsec_"
SUCCESS: Final = range(200, 300)
GONE: Final = 410
COME_BACK: Final = frozenset({429, 503})
LONGEST_WAIT: Final = timedelta(days=1)


class UrlRefused(Refused):
    """An endpoint is an https address on port 443 or 8443, without credentials or a fragment."""

    code = "endpoint_url_refused"


@dataclass(frozen=True, slots=True)
class Answered:
    """What an endpoint answered: its status, what it said about coming back, and how its answer begins."""

    status: int
    retry_after: str | None = None
    excerpt: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """No answer came, for a stable reason: `unreachable`, `timeout`, `address_refused` or `url_refused`."""

    reason: str


class Sender(Protocol):
    """Sends one request to an address that somebody else chose, and believes nothing about that address."""

    def require(self, url: str) -> None:
        """Raise `UrlRefused` for an address that nothing would be sent to, whatever its name resolves to."""
        ...

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered | NotAnswered:
        """Post `body`, wait at most some 20 seconds, and return what came of it."""
        ...


def signed(message_id: str, body: bytes, secrets: Sequence[Secret], now: datetime) -> dict[str, str]:
    """Return the headers of Standard Webhooks: one `v1` signature for every `whsec_` secret that counts now."""
    at = int(now.timestamp())
    message = b"%b.%d.%b" % (message_id.encode(), at, body)
    signatures = [f"v1,{base64_digest(_key(secret), message)}" for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(signatures),
    }


def wait_of(answer: Answered, now: datetime) -> timedelta:
    """Return how long the endpoint wants to be left alone, zero if it does not say; a day at most."""
    if answer.status not in COME_BACK or answer.retry_after is None:
        return timedelta(0)
    text = answer.retry_after.strip()
    if text.isascii() and text.isdecimal():
        return min(timedelta(seconds=min(int(text[:9]), 10**6)), LONGEST_WAIT)
    try:
        wanted = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return timedelta(0)
    if wanted.tzinfo is None:
        return timedelta(0)
    return max(timedelta(0), min(wanted - now, LONGEST_WAIT))


def _key(secret: Secret) -> bytes:
    return base64.b64decode(secret.reveal().decode().removeprefix(WHSEC))
