"""Counts checks of VAT numbers among the measurements."""

from ledger.application.vat.counting import Counted
from ledger.runtime.telemetry import instruments


def measured(check: Counted) -> None:
    """Count a check by what it was for, its state, reason and source: some hundred combinations at most."""
    attributes = {
        "occasion": check.occasion.value,
        "state": check.state,
        "reason": check.reason,
        "source": check.source,
    }
    instruments().vat_checks.add(1, attributes)
