"""Why a notification is not authentic: the usual causes, each of them tried out."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from ledger.application.ipn.event import IpnEvent, Split
from ledger.application.ipn.scheme import Headers, IpnScheme
from ledger.application.ipn.sentences import SENTENCES
from ledger.application.ipn.strict_json import read
from ledger.application.ipn.verdict import Reason, Rejected, Signed, UnsignedHint
from ledger.application.secret import Secret, SecretVersion

_SIGNED: Final = "signed"
_HINT: Final = "Nothing is signed here: anybody may have sent it, so the object it names must be fetched back."
_SENDERS: Final = MappingProxyType(
    {
        "stripe-signature": "Stripe",
        "webhook-signature": "GoCardless and Standard Webhooks",
        "svix-signature": "Standard Webhooks (Svix)",
        "x-mollie-signature": "Mollie",
        "hmacsignature": "Adyen (platform and management)",
    }
)
_TIMES: Final = frozenset({"stripe-signature", "webhook-timestamp", "svix-timestamp"})
_TIME = re.compile(r"(?:^|,)(?:t=)?([1-9][0-9]{0,10})(?:,|$)")
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a check by hand found; `causes` are sentences, the proven or likeliest first."""

    reason: str
    message: str
    causes: tuple[str, ...]
    events: tuple[IpnEvent, ...]

    @property
    def authentic(self) -> bool:
        """Whether the signature is right, timely, and for the account."""
        return self.reason == _SIGNED


@dataclass(frozen=True, slots=True)
class _Case:
    """One notification and the secret it is checked with."""

    scheme: IpnScheme
    raw: bytes
    headers: Headers
    secret: bytes
    now: datetime

    def fits(self, raw: bytes, secret: bytes) -> bool:
        """Tell whether the signature is right for these, however old it is."""
        verdict = self.scheme.authenticate(raw, self.headers, [_version(secret)], self.now)
        untimely = {Reason.TIMESTAMP_TOO_OLD, Reason.TIMESTAMP_IN_FUTURE, Reason.WRONG_ACCOUNT}
        return isinstance(verdict, Signed) or (isinstance(verdict, Rejected) and verdict.reason in untimely)

    def split(self) -> Split:
        return self.scheme.split(self.raw, self.headers)


def diagnose(scheme: IpnScheme, raw: bytes, headers: Headers, *, secret: bytes, now: datetime) -> Diagnosis:
    """Judge a notification as it would be judged at `now`, and look for the cause if it is not authentic."""
    case = _Case(scheme, raw, headers, secret, now)
    events = case.split()
    read_events = () if isinstance(events, Rejected) else tuple(each for each in events if isinstance(each, IpnEvent))
    match scheme.authenticate(raw, headers, [_version(secret)], now):
        case Signed():
            return Diagnosis(_SIGNED, "The provider signed exactly these bytes.", (), read_events)
        case UnsignedHint():
            return Diagnosis("unsigned_hint", _HINT, (), read_events)
        case Rejected(reason, where):
            message = SENTENCES[reason] + (f" ({where})" if where else "")
            return Diagnosis(reason.value, message, tuple(_causes(reason, case)), read_events)


def _version(secret: bytes) -> SecretVersion:
    return SecretVersion(1, Secret(secret), _LONG_AGO)


def _causes(reason: Reason, case: _Case) -> Iterator[str]:
    match reason:
        case Reason.SIGNATURE_MISMATCH | Reason.SECRET_MALFORMED:
            proven = tuple(_proven(case))
            yield from proven or _likely(case)
        case Reason.HEADER_MISSING | Reason.SIGNATURE_MISSING:
            present = {name.lower() for name, _ in case.headers}
            yield from (
                f"There is a header {name}, as sent by {_SENDERS[name]}." for name in _SENDERS if name in present
            )
        case Reason.TIMESTAMP_TOO_OLD | Reason.TIMESTAMP_IN_FUTURE:
            yield from _untimely(case)
        case _:
            return


def _proven(case: _Case) -> Iterator[str]:
    for what, changed in _bodies(case.raw):
        if changed != case.raw and case.fits(changed, case.secret):
            yield f"The signature fits the body {what}. Hand over the bytes as they came, before anything reads them."
            return
    for what, secret in _secrets(case.secret):
        if secret != case.secret and case.fits(case.raw, secret):
            yield f"The signature fits the secret {what}."
            return


def _bodies(raw: bytes) -> Iterator[tuple[str, bytes]]:
    yield "without the line break at its end", raw.rstrip(b"\r\n")
    yield "with a line break at its end", raw + b"\n"
    yield "with Unix line breaks", raw.replace(b"\r\n", b"\n")
    yield "with Windows line breaks", raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    yield "without the byte order mark at its beginning", raw.removeprefix(b"\xef\xbb\xbf")
    parsed = read(raw)
    if not isinstance(parsed, Rejected):
        for write in _WRITERS:
            for ascii_only in (False, True):
                yield "as JSON written in another way: it was parsed and written again", write(parsed, ascii_only)


def _secrets(secret: bytes) -> Iterator[tuple[str, bytes]]:
    yield "without the white space around it", secret.strip()
    yield "without the quotation marks around it", secret.strip().strip(b"\"'")
    yield "with whsec_ before it, which is part of it", b"whsec_" + secret
    yield "without whsec_ before it", secret.removeprefix(b"whsec_")


def _likely(case: _Case) -> Iterator[str]:
    if case.secret.startswith((b"sk_", b"rk_", b"pk_")):
        yield "This is an API key. Notifications are signed with the secret of the endpoint."
    yield "The secret is another endpoint's: each endpoint has its own, and so has the provider's command-line tool."
    events = case.split()
    live = (
        None if isinstance(events, Rejected) else next((e.livemode for e in events if isinstance(e, IpnEvent)), None)
    )
    if live is not None:
        mode, other = ("live", "test") if live else ("test", "live")
        yield f"The body says that it is a {mode} event: the secret may be the {other} endpoint's."
    yield "The secret was rotated: try the one before it."
    yield "The body was changed on the way: a proxy, a framework or an editor wrote it in another way."


def _untimely(case: _Case) -> Iterator[str]:
    for name, value in case.headers:
        found = _TIME.search(value) if name.lower() in _TIMES else None
        if found:
            seconds = int(case.now.timestamp()) - int(found[1])
            side = "before" if seconds > 0 else "after"
            yield f"It was signed {abs(seconds)} seconds {side} {case.now.isoformat()}."
    yield "A notification that was kept is checked as of when it came: name that moment."
    yield "Otherwise a clock is wrong, or the notification is a replay."


def _writer(separators: tuple[str, str], indent: int | None) -> Callable[[object, bool], bytes]:
    def write(parsed: object, ascii_only: bool) -> bytes:  # noqa: FBT001 - private, and called in one place
        return json.dumps(parsed, separators=separators, indent=indent, ensure_ascii=ascii_only).encode()

    return write


_WRITERS: Final = (
    _writer((",", ":"), None),
    _writer((", ", ": "), None),
    _writer((",", ": "), 2),
    _writer((",", ": "), 4),
)
