"""Crediting part of what was charged: by what is credited altogether, so that nothing is lost on the way (TAX-6)."""

from ledger.domain.errors import Refused
from ledger.domain.tax.extraction import Extracted, extract
from ledger.domain.tax.rate import Rate


class CreditExceedsCharged(Refused):
    """All credits of a group together cannot exceed what it was charged."""

    code = "credit_exceeds_charged"


def credit(charged: Extracted, credited: Extracted, gross: int, rate: Rate) -> Extracted:
    """Return the tax in crediting `gross` more of a group that was charged at `rate`; amounts are not negative.

    Its tax is that of all credits together less what was credited already: ten credits of 0.01 of a 0.10 lose
    nothing, and crediting everything leaves neither net nor tax, whichever way the charge was rounded.
    Raises `CreditExceedsCharged`.
    """
    assert gross >= 0, "a credit is not negative"
    together = credited.gross + gross
    if together > charged.gross:
        raise CreditExceedsCharged(left_minor=charged.gross - credited.gross)
    tax = charged.tax if together == charged.gross else min(extract(together, rate).tax, charged.tax)
    return Extracted(gross, tax - credited.tax)
