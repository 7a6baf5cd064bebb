"""A discount on a whole document, shared over its lines by their gross amounts (TAX-1)."""

from collections.abc import Sequence
from dataclasses import replace

from ledger.domain.errors import Refused
from ledger.domain.tax.extraction import TaxedLine
from ledger.domain.tax.shares import pro_rata


class DiscountExceedsTotal(Refused):
    """A discount cannot be more than what it is taken off."""

    code = "discount_exceeds_total"


def discounted(lines: Sequence[TaxedLine], discount: int) -> list[TaxedLine]:
    """Take `discount` minor units off `lines`, whose gross amounts are not negative, each by its share.

    Raises `DiscountExceedsTotal`. Every rate bears its part, so that no line of a high rate hides behind a low one.
    """
    if discount == 0:
        return list(lines)
    weights = [line.gross for line in lines]
    assert discount > 0, "a discount is taken off"
    assert min(weights, default=0) >= 0, "shares are taken of prices, not of credits"
    if discount > sum(weights):
        raise DiscountExceedsTotal
    parts = pro_rata(discount, weights)
    return [replace(line, gross=line.gross - part) for line, part in zip(lines, parts, strict=True)]
