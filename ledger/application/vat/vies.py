"""The port to VIES, the Commission's register of VAT numbers, and its three answers: valid, invalid, unknown."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from ledger.domain.vat.number import VatNumber


class VatState(StrEnum):
    """What is known of a number. Only the register's own yes or no is an answer; everything else is unknown."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"


class Silence(StrEnum):
    """Why nothing is known: the register's own words, what became of its answer, or our own restraint."""

    INVALID_INPUT = "invalid_input"
    INVALID_REQUESTER_INFO = "invalid_requester_info"
    SERVICE_UNAVAILABLE = "service_unavailable"
    MS_UNAVAILABLE = "ms_unavailable"
    TIMEOUT = "timeout"
    VAT_BLOCKED = "vat_blocked"
    IP_BLOCKED = "ip_blocked"
    GLOBAL_MAX_CONCURRENT_REQ = "global_max_concurrent_req"
    GLOBAL_MAX_CONCURRENT_REQ_TIME = "global_max_concurrent_req_time"
    MS_MAX_CONCURRENT_REQ = "ms_max_concurrent_req"
    MS_MAX_CONCURRENT_REQ_TIME = "ms_max_concurrent_req_time"
    FAULT_UNKNOWN = "fault_unknown"
    UNREACHABLE = "unreachable"
    REDIRECTED = "redirected"
    ANSWER_TOO_LONG = "answer_too_long"
    ANSWER_FORBIDDEN = "answer_forbidden"
    ANSWER_UNREADABLE = "answer_unreadable"
    ANSWER_OF_ANOTHER = "answer_of_another"
    BUSY = "busy"
    CIRCUIT_OPEN = "circuit_open"


FINAL: Final = frozenset(
    {
        Silence.INVALID_INPUT,
        Silence.INVALID_REQUESTER_INFO,
        Silence.VAT_BLOCKED,
        Silence.IP_BLOCKED,
        Silence.ANSWER_OF_ANOTHER,
    }
)
"""These say something of what was asked, or of who asked, and nothing of the state's node: nobody who asks oddly
has a whole state left alone."""
OURS: Final = frozenset({Silence.BUSY, Silence.CIRCUIT_OPEN})
"""Nobody was asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the register said. `raw_sha256` is the hash of the answer's bytes, `reason` is there if it is unknown.

    `consultation_number` is given for a requester, and proves to an auditor that the register was asked;
    `answered_on` is the register's own day, as it wrote it. Many states tell neither name nor address.
    """

    state: VatState
    reason: Silence | None = None
    name: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    consultation_number: str | None = None
    answered_on: str | None = None
    raw_sha256: str | None = None

    @property
    def is_outage(self) -> bool:
        """Whether the register, or the way to it, is out of order; asking again later may help."""
        return self.reason is not None and self.reason not in FINAL | OURS


def unknown(reason: Silence, *, raw_sha256: str | None = None) -> Answer:
    """Return the answer of one who learned nothing, and why."""
    return Answer(VatState.UNKNOWN, reason, raw_sha256=raw_sha256)


class Vies(Protocol):
    """Asks the register, once."""

    async def ask(self, number: VatNumber, requester: VatNumber | None = None) -> Answer:
        """Return what it says of `number`, to `requester` if there is one; whatever goes wrong is unknown."""
        ...
