"""Why notifications are rejected, in the words of whoever has to find out why."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.application.ipn.scheme import MAX_BODY, TOLERANCE_S
from ledger.application.ipn.verdict import Reason

SENTENCES: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.NO_SECRET: "The secret is empty: nothing can be authentic without one.",
        Reason.SECRET_MALFORMED: "This cannot be a secret of this provider: it is not written as theirs are.",
        Reason.HEADER_MISSING: "The header that carries the signature is not there.",
        Reason.HEADER_REPEATED: "The header came more than once, and it cannot be told which one counts.",
        Reason.HEADER_MALFORMED: "The header is not written as the provider writes it.",
        Reason.SIGNATURE_MISSING: "There is no signature of the kind that counts.",
        Reason.SIGNATURE_MISMATCH: "The signature was not made with this secret over exactly these bytes.",
        Reason.TIMESTAMP_TOO_OLD: f"The signature is right, but older than {TOLERANCE_S} seconds.",
        Reason.TIMESTAMP_IN_FUTURE: f"The signature is right, but more than {TOLERANCE_S} seconds ahead of the time.",
        Reason.WRONG_ACCOUNT: "The signature is right, but the notification is for another merchant account.",
        Reason.WRONG_MODE: "The notification is of the other mode, live or test, than the account.",
        Reason.BODY_EMPTY: "The body is empty.",
        Reason.BODY_TOO_LARGE: f"The body is larger than {MAX_BODY} bytes.",
        Reason.BODY_NOT_UTF8: "The body is not UTF-8.",
        Reason.BODY_NOT_JSON: "The body is not JSON.",
        Reason.BODY_DUPLICATE_NAME: "An object in the body has a name twice.",
        Reason.BODY_TOO_DEEP: "The body is nested too deeply.",
        Reason.BODY_NUMBER: "The body has a number that JSON does not know (NaN, Infinity), or an endless one.",
        Reason.BODY_LONE_SURROGATE: "The body has half of a character (a lone surrogate).",
        Reason.BODY_UNEXPECTED: "The body is not what this provider sends.",
        Reason.TOO_MANY_EVENTS: "The body has more events than any provider sends at once.",
    }
)
