"""What a provider says of a dispute."""

from dataclasses import dataclass

from ledger.domain.disputing import DisputeStanding


@dataclass(frozen=True, slots=True)
class DisputeReport:
    """What a provider says of a dispute: which it is, of which of its payments, how much, and where it stands."""

    reference: str
    payment_reference: str
    amount_minor: int
    currency: str
    reason: str
    standing: DisputeStanding
