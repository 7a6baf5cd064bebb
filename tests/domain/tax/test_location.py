"""Where a customer belongs: when two pieces of evidence agree, when there is one, and when they contradict."""

import pytest

from ledger.domain.tax.location import Located, LocationEvidence, LocationKind, located

ADDRESS, NUMBER, IP = LocationKind.BILLING_ADDRESS, LocationKind.VAT_NUMBER, LocationKind.IP_ADDRESS
BANK, PHONE, OTHER = LocationKind.BANK, LocationKind.PHONE, LocationKind.OTHER


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ([(ADDRESS, "FR")], Located.SINGLE),
        ([(ADDRESS, "FR"), (IP, "FR")], Located.AGREEING),
        ([(ADDRESS, "FR"), (IP, "DE")], Located.CONTRADICTING),
        # A second piece that agrees settles it, whatever a third says.
        ([(ADDRESS, "FR"), (IP, "DE"), (BANK, "FR")], Located.AGREEING),
        ([(ADDRESS, "FR"), (NUMBER, "FR"), (PHONE, "US")], Located.AGREEING),
        # Two that agree with each other, and not with what the tax was decided by.
        ([(ADDRESS, "FR"), (IP, "DE"), (BANK, "DE")], Located.CONTRADICTING),
        # The same kind twice is one piece, and no contradiction.
        ([(OTHER, "FR"), (OTHER, "FR")], Located.SINGLE),
        ([(ADDRESS, "FR"), (OTHER, "FR"), (OTHER, "FR")], Located.AGREEING),
    ],
)
def test_evidence_is_weighed_by_kinds_that_agree_with_what_the_tax_was_decided_by(
    evidence: list[tuple[LocationKind, str]], expected: Located
) -> None:
    """TAX-4: two pieces of location evidence, from different sources (Regulation 282/2011, articles 24b and 24f)."""
    assert located([LocationEvidence(kind, country) for kind, country in evidence]) is expected
