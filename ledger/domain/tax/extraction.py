"""Extracting tax from gross amounts: by group, with nothing lost between the lines and the total (TAX-1, TAX-2).

The tax of a group of lines of one category and rate is `round_half_up(G * r / (100 + r))` in minor units, and the net
is what is left of the gross: about one gross price in six at 19 % is reached by no net price, so that tax reckoned
forward from a net would not add up to what the customer paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.domain.tax.rate import WHOLE, Rate
from ledger.domain.tax.shares import largest_remainder


@dataclass(frozen=True, slots=True)
class Extracted:
    """A gross amount and the tax in it, in minor units of one currency; what is not tax is net."""

    gross: int
    tax: int

    @property
    def net(self) -> int:
        """The amount without tax."""
        return self.gross - self.tax


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """A line's gross amount in minor units, under a category (EN 16931: S, Z, E, AE, G, O) and a rate."""

    gross: int
    category: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Group:
    """Everything of a document that shares a category and a rate."""

    category: str
    rate: Rate
    amounts: Extracted


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The tax of a document: its groups in the order they first appear, and each line's share, in order."""

    groups: tuple[Group, ...]
    lines: tuple[Extracted, ...]

    @property
    def total(self) -> Extracted:
        """The document's gross amount and all the tax in it."""
        return Extracted(
            sum(group.amounts.gross for group in self.groups), sum(group.amounts.tax for group in self.groups)
        )


def extract(gross: int, rate: Rate) -> Extracted:
    """Return the tax in `gross`, rounded half away from zero, so that a credit mirrors what it credits."""
    numerator, denominator = abs(gross) * rate.units, WHOLE + rate.units
    tax = (2 * numerator + denominator) // (2 * denominator)
    return Extracted(gross, tax if gross >= 0 else -tax)


def breakdown(lines: Sequence[TaxedLine]) -> Breakdown:
    """Return the tax of each group, and each line's share of its group's net, by largest remainder."""
    members: dict[tuple[str, Rate], list[int]] = {}
    for number, line in enumerate(lines):
        members.setdefault((line.category, line.rate), []).append(number)
    groups: list[Group] = []
    shares: dict[int, Extracted] = {}
    for (category, rate), numbers in members.items():
        amounts = extract(sum(lines[number].gross for number in numbers), rate)
        groups.append(Group(category, rate, amounts))
        quotas = [lines[number].gross * WHOLE for number in numbers]
        nets = largest_remainder(amounts.net, quotas, WHOLE + rate.units)
        for number, net in zip(numbers, nets, strict=True):
            shares[number] = Extracted(lines[number].gross, lines[number].gross - net)
    return Breakdown(tuple(groups), tuple(shares[number] for number in range(len(lines))))


def breakdown_by_line(lines: Sequence[TaxedLine]) -> Breakdown:
    """Return the same with the tax of each line rounded by itself, and groups that are sums of lines (TAX-7)."""
    shares = tuple(extract(line.gross, line.rate) for line in lines)
    sums: dict[tuple[str, Rate], Extracted] = {}
    for line, share in zip(lines, shares, strict=True):
        before = sums.get((line.category, line.rate), Extracted(0, 0))
        sums[line.category, line.rate] = Extracted(before.gross + share.gross, before.tax + share.tax)
    return Breakdown(tuple(Group(category, rate, each) for (category, rate), each in sums.items()), shares)
