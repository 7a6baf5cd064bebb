"""How much of everything the API takes."""

from dataclasses import dataclass
from typing import Any, Final

from ledger.application.ipn.scheme import MAX_BODY

HOOKS: Final = "/hooks/"
"""Under this address notifications come in, which are longer than other bodies."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: `per_s` requests a second for long, `burst` at once."""

    per_s: float
    burst: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one API process. A rate of None lets everything pass."""

    body_bytes: int = 64 * 1024
    ipn_bytes: int = MAX_BODY
    uri_bytes: int = 4 * 1024
    header_bytes: int = 16 * 1024
    request_s: float = 10.0
    longest_wait_s: int = 30
    reads_per_key: Rate | None = Rate(per_s=200, burst=400)
    writes_per_key: Rate | None = Rate(per_s=100, burst=300)
    per_address: Rate | None = Rate(per_s=50, burst=200)
    rejections_per_address: Rate | None = Rate(per_s=5, burst=100)
    vat_per_address: Rate | None = Rate(per_s=2, burst=60)
    callers_remembered: int = 10_000
    keys_remembered: int = 1_000
    keys_remembered_s: int = 30
    in_flight: int = 10_000
    streams: int = 1_000
    stream_s: float = 600.0
    heartbeat_s: float = 15.0
    at_least_s: float = 2.0
    rejection_s: float = 0.05


# For the HTTP parser under the application. What is longer it refuses by itself, with a bare 400, and closes the
# connection. Bodies are not unpacked: a coded one is refused, so that none grows in our hands.
PARSER: Final[dict[str, Any]] = {"max_line_size": 32 * 1024, "max_field_size": 32 * 1024, "auto_decompress": False}
