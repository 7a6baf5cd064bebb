"""A series of numbers: one after the other, in volumes that begin where the last one was full."""

from uuid import UUID

import pytest

from ledger.domain.invoicing.document import DocumentKind, DocumentNumber
from ledger.domain.invoicing.series import VOLUME, DocumentSeries, SeriesTerms
from ledger.domain.values import Mode
from tests.support.examples import ORGANIZATION


def series(volume: int) -> DocumentSeries:
    return DocumentSeries.open(UUID(int=1), SeriesTerms(ORGANIZATION, Mode.TEST, DocumentKind.INVOICE, volume))


def test_numbers_follow_one_another_from_one_volume_to_the_next() -> None:
    """INV-2, INV-3: n to n+199, and no number twice."""
    taken = []
    for volume in (series(0), series(1)):
        while not volume.is_full:
            taken.append(volume.take(UUID(int=2)))
    assert taken == list(range(1, 2 * VOLUME + 1))


def test_a_full_volume_gives_no_number() -> None:
    volume = series(0)
    for _ in range(VOLUME):
        volume.take(UUID(int=2))
    with pytest.raises(AssertionError):
        volume.take(UUID(int=2))


def test_numbers_are_printed_with_their_prefix() -> None:
    """INV-3: and go on beyond six digits."""
    assert str(DocumentNumber("INV-", 42)) == "INV-000042"
    assert str(DocumentNumber("2026/", 1_234_567)) == "2026/1234567"
