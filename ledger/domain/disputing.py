"""What a dispute is made of: the frozen terms, where it stands, and how standings follow one another."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from ledger.domain.errors import Refused
from ledger.domain.money import Money
from ledger.domain.values import Mode


class PaymentDisputed(Refused):
    """The customer disputes this payment; nothing can be refunded until that has ended (PAY-8)."""

    code = "payment_disputed"


class DisputeStatus(StrEnum):
    """Where a dispute stands. A `warning_` is an inquiry: nothing was taken, and it may become a dispute."""

    WARNING_NEEDS_RESPONSE = "warning_needs_response"
    WARNING_UNDER_REVIEW = "warning_under_review"
    WARNING_CLOSED = "warning_closed"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    PREVENTED = "prevented"
    WON = "won"
    LOST = "lost"


INQUIRIES: Final = frozenset(
    {
        DisputeStatus.WARNING_NEEDS_RESPONSE,
        DisputeStatus.WARNING_UNDER_REVIEW,
        DisputeStatus.WARNING_CLOSED,
        DisputeStatus.PREVENTED,
    }
)
"""While it stands here no money was taken for it."""
ENDED: Final = frozenset(
    {DisputeStatus.WARNING_CLOSED, DisputeStatus.PREVENTED, DisputeStatus.WON, DisputeStatus.LOST}
)
_ORDER: Final = {
    DisputeStatus.WARNING_NEEDS_RESPONSE: 0,
    DisputeStatus.WARNING_UNDER_REVIEW: 1,
    DisputeStatus.WARNING_CLOSED: 2,
    DisputeStatus.PREVENTED: 2,
    DisputeStatus.NEEDS_RESPONSE: 3,
    DisputeStatus.UNDER_REVIEW: 4,
    DisputeStatus.WON: 5,
    DisputeStatus.LOST: 5,
}


def follows(before: DisputeStatus, after: DisputeStatus) -> bool:
    """Tell whether a dispute that stood at `before` may have come to `after`; what is older never follows."""
    return _ORDER[after] > _ORDER[before]


def contradicts(before: DisputeStatus, after: DisputeStatus) -> bool:
    """Tell whether both cannot be so, whichever came first."""
    return before is not after and _ORDER[before] == _ORDER[after]


@dataclass(frozen=True, slots=True)
class DisputeTerms:
    """What is disputed, and at which provider; `reference` is the provider's id of the dispute."""

    payment_id: UUID
    organization_id: UUID
    mode: Mode
    provider: str
    provider_account: str
    reference: str
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True)
class DisputeStanding:
    """What a provider says of a dispute: where it stands, until when it hears us, and the fee it took so far.

    A dispute that had ended may be taken up again: `stage` counts how far, and what is said of a later stage
    overrules what was said of an earlier one. `fee_returned_minor` is what came back of the fee.
    """

    status: DisputeStatus
    evidence_due_by: datetime | None
    fee_minor: int
    is_withdrawn: bool
    is_reinstated: bool
    stage: int = 0
    fee_returned_minor: int = 0


@dataclass(frozen=True, slots=True)
class Claims:
    """The disputes of a payment: those that are open, and what others took for good."""

    open: frozenset[UUID] = frozenset()
    lost: dict[UUID, int] = field(default_factory=dict)

    @property
    def known(self) -> list[UUID]:
        """All there ever were, in the order of their ids."""
        return sorted({*self.open, *self.lost})

    @property
    def lost_minor(self) -> int:
        """What was lost to all disputes."""
        return sum(self.lost.values())

    def knows(self, dispute_id: UUID) -> bool:
        """Tell whether the dispute was ever opened."""
        return dispute_id in self.open or dispute_id in self.lost

    def lost_by(self, dispute_id: UUID) -> int | None:
        """Return what a dispute that has ended took, None for one that is open or unknown."""
        return self.lost.get(dispute_id)

    def with_open(self, dispute_id: UUID) -> "Claims":
        """Return these and one more that is open."""
        return replace(self, open=self.open | {dispute_id})

    def with_ended(self, dispute_id: UUID, minor: int) -> "Claims":
        """Return these after a dispute has ended and taken `minor`."""
        return Claims(self.open - {dispute_id}, {**self.lost, dispute_id: minor})
