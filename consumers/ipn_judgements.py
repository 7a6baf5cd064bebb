"""What may follow from a notification."""

from dataclasses import dataclass
from uuid import UUID

from ledger.application.dispute_report import DisputeReport
from ledger.application.provider import Outcome, RefundOutcome
from ledger.application.refund_report import RefundReport
from ledger.domain.dispute import Dispute
from ledger.domain.payment import Payment
from ledger.domain.refund import Refund


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing of ours follows from it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Park:
    """It speaks of a payment that we do not know yet, or have not opened yet."""

    payment_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Agree:
    """The payment stands where the IPN, or the provider when asked, says."""

    payment: Payment


@dataclass(frozen=True, slots=True)
class Follow:
    """The payment has to come to `outcome`; the IPN itself may say otherwise (`contradicted`).

    `and_judge_again` when more may follow from the same notification once it has.
    """

    payment: Payment
    outcome: Outcome
    contradicted: bool = False
    and_judge_again: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """It contradicts our record, and the provider does not bear it out."""

    payment: Payment
    reason: str


@dataclass(frozen=True, slots=True)
class AgreeOnRefund:
    """The refund stands where the IPN, or the provider when asked, says."""

    refund: Refund


@dataclass(frozen=True, slots=True)
class FollowRefund:
    """The refund has to come to `outcome`."""

    refund: Refund
    outcome: RefundOutcome


@dataclass(frozen=True, slots=True)
class ConflictOnRefund:
    """It contradicts what we know of a refund."""

    refund: Refund
    reason: str


@dataclass(frozen=True, slots=True)
class AdoptRefund:
    """The refund was made at the provider's own desk; it is ours to record from now on."""

    payment: Payment
    report: RefundReport


@dataclass(frozen=True, slots=True)
class AgreeOnDispute:
    """The dispute stands where the provider says when asked."""

    dispute: Dispute


@dataclass(frozen=True, slots=True)
class FollowDispute:
    """The dispute is folded on; `is_the_truth` when the provider was asked, and we had `seen` that version of it."""

    payment: Payment
    report: DisputeReport
    is_the_truth: bool = False
    seen: int | None = None


Beside = AgreeOnRefund | FollowRefund | ConflictOnRefund | AdoptRefund | AgreeOnDispute | FollowDispute
"""What is about something beside a payment's own charge."""


@dataclass(frozen=True, slots=True)
class Several:
    """The payment stands; the provider, when asked, says all this of what was taken back of it."""

    payment: Payment
    news: tuple[Beside | Conflict, ...]


One = Ignore | Park | Agree | Follow | Conflict | Beside
Judgement = One | Several
