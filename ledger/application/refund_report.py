"""What a provider says of a refund."""

from dataclasses import dataclass

from ledger.application.provider import RefundOutcome


@dataclass(frozen=True, slots=True)
class RefundReport:
    """What a provider says of a refund: of which of its payments, how much, and what became of it.

    `claimed_refund` is ours (`re_…`) if it was asked for here; None, or anything else, if it was made at the
    provider's own desk. Sums are whole minor units.
    """

    claimed_refund: str | None
    reference: str
    payment_reference: str | None
    amount_minor: int
    currency: str
    outcome: RefundOutcome
