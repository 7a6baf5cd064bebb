"""HMAC-SHA256 under several secrets: compared in constant time, and closed when there is no secret."""

import base64
import hmac
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from ledger.application.ipn.scheme import MAX_BODY, TOLERANCE_S
from ledger.application.ipn.verdict import Reason, Rejected, Signed
from ledger.application.secret import SecretVersion

# Nobody rotates faster than this, and each secret costs one digest.
MAX_SECRETS: Final = 8
_SECONDS = re.compile(r"[1-9][0-9]{0,11}")

Test = Callable[[bytes], bool | None]
"""Whether a signature fits a secret; None when the secret cannot be one of this scheme."""


def unsuitable(raw: bytes) -> Rejected | None:
    """Reject what is no body of a notification, before any work is spent on it."""
    if not raw:
        return Rejected(Reason.BODY_EMPTY)
    if len(raw) > MAX_BODY:
        return Rejected(Reason.BODY_TOO_LARGE)
    return None


def first_fitting(secrets: Sequence[SecretVersion], now: datetime, fits: Test) -> Signed | Rejected:
    """Return the version of the first secret valid at `now` that `fits`; an empty secret never does."""
    usable = malformed = 0
    for each in secrets:
        key = each.secret.reveal()
        if not each.valid_at(now) or not key.strip() or usable == MAX_SECRETS:
            continue
        fitting = fits(key)
        if fitting:
            return Signed(each.version)
        usable += 1
        malformed += fitting is None
    if not usable:
        return Rejected(Reason.NO_SECRET)
    return Rejected(Reason.SECRET_MALFORMED if malformed == usable else Reason.SIGNATURE_MISMATCH)


def hex_digest(key: bytes, message: bytes) -> str:
    """Return the HMAC-SHA256 as lower-case hexadecimal digits."""
    return hmac.digest(key, message, "sha256").hex()


def base64_digest(key: bytes, message: bytes) -> str:
    """Return the HMAC-SHA256 as padded base64."""
    return base64.b64encode(hmac.digest(key, message, "sha256")).decode()


def any_equal(expected: str, candidates: Sequence[str]) -> bool:
    """Tell whether one of the ASCII candidates is `expected`, in a time that does not depend on their content."""
    found = False
    for candidate in candidates:
        found |= hmac.compare_digest(expected, candidate)
    return found


def seconds(text: str) -> int | None:
    """Read a Unix time in whole seconds, written in the one way there is to write it."""
    return int(text) if _SECONDS.fullmatch(text) else None


def timely(signed_at: int, now: datetime) -> Rejected | None:
    """Reject what was signed too long before `now`, or after it."""
    age_s = now.timestamp() - signed_at
    if age_s > TOLERANCE_S:
        return Rejected(Reason.TIMESTAMP_TOO_OLD)
    if age_s < -TOLERANCE_S:
        return Rejected(Reason.TIMESTAMP_IN_FUTURE)
    return None
