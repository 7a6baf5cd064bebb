"""Sharing a whole number of minor units out, so that the shares add up to it exactly."""

from collections.abc import Sequence


def largest_remainder(total: int, quotas: Sequence[int], denominator: int) -> list[int]:
    """Return one whole number per quota that sum to `total`, each less than one away from `quota / denominator`.

    The quotas must sum to within half of `total`. Those with the largest remainders are rounded up, of equal ones the
    earlier; a total below zero is shared out as its mirror image.
    """
    if total < 0:
        return [-share for share in largest_remainder(-total, [-quota for quota in quotas], denominator)]
    shares = [quota // denominator for quota in quotas]
    missing = total - sum(shares)
    assert 0 <= missing <= len(quotas), "the quotas do not sum to the total"
    order = sorted(range(len(quotas)), key=lambda number: -(quotas[number] % denominator))
    for number in order[:missing]:
        shares[number] += 1
    return shares


def pro_rata(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` out by non-negative `weights`, which must not all be zero."""
    whole = sum(weights)
    assert whole > 0, "there is nothing to share by"
    return largest_remainder(total, [total * weight for weight in weights], whole)
