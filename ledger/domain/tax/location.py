"""Where a customer belongs, and what says so: two pieces of evidence that agree are what an auditor asks for.

Source: Implementing Regulation (EU) No 282/2011, articles 24b and 24f.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class LocationKind(StrEnum):
    """What kind of evidence it is; `other` is whatever else of commercial relevance the merchant knows."""

    BILLING_ADDRESS = "billing_address"
    VAT_NUMBER = "vat_number"
    IP_ADDRESS = "ip_address"
    BANK = "bank"
    PHONE = "phone"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class LocationEvidence:
    """One piece of evidence, and the country it speaks for (ISO 3166-1)."""

    kind: LocationKind
    country: str


class Located(StrEnum):
    """How well it is known where a customer belongs."""

    AGREEING = "agreeing"
    SINGLE = "single"
    CONTRADICTING = "contradicting"


def located(evidence: Sequence[LocationEvidence]) -> Located:
    """Tell whether a piece of another kind agrees with the first, which the tax was decided by.

    However often it is said, one kind of evidence is one piece.
    """
    spoken_for = evidence[0].country
    agreeing = {each.kind for each in evidence if each.country == spoken_for}
    if len(agreeing) > 1:
        return Located.AGREEING
    contradicted = any(each.country != spoken_for for each in evidence)
    return Located.CONTRADICTING if contradicted else Located.SINGLE
