"""What crediting part of an invoice takes back of each line and group, so that nothing is lost on the way (TAX-6).

An amount that names no lines is shared over the groups by what is left of each, and within a group over its lines.
"""

from collections.abc import Sequence

from ledger.domain.invoicing.document import Charged, Credit, CreditedLine
from ledger.domain.tax.assessment import Rounding
from ledger.domain.tax.credit import CreditExceedsCharged, credit
from ledger.domain.tax.extraction import Extracted
from ledger.domain.tax.shares import pro_rata
from ledger.domain.tax.taxed import TaxedAmount

NOTHING = Extracted(0, 0)


def credit_of(charged: Charged, before: Sequence[Credit], minor: int) -> Credit:
    """Return what a credit of `minor` takes back after the credits `before`; raise `CreditExceedsCharged`."""
    left = [
        line.gross - done.gross for line, done in zip(charged.lines, credited_by_line(charged, before), strict=True)
    ]
    if minor > sum(left):
        raise CreditExceedsCharged(left_minor=sum(left))
    parts = _shared_out(charged, left, minor)
    by_line = _by_line if charged.rounding is Rounding.LINE else _by_group
    lines = tuple(
        CreditedLine(number, line.name, line.category, line.rate, part, net)
        for number, (line, part, net) in enumerate(
            zip(charged.lines, parts, by_line(charged, before, parts), strict=True), 1
        )
        if part
    )
    groups = tuple(_group(group, lines) for group in charged.groups)
    return Credit(lines, tuple(group for group in groups if group.gross))


def credited_by_line(charged: Charged, before: Sequence[Credit]) -> list[Extracted]:
    """Return what was credited of each line."""
    credited = [NOTHING] * len(charged.lines)
    for line in (line for each in before for line in each.lines):
        done = credited[line.number - 1]
        credited[line.number - 1] = Extracted(done.gross + line.gross, done.tax + line.gross - line.net)
    return credited


def _shared_out(charged: Charged, left: Sequence[int], minor: int) -> list[int]:
    """Return the part of each line, none larger than what is left of it."""
    parts = [0] * len(left)
    if not minor:
        return parts
    members = [_members(charged, group) for group in charged.groups]
    of_groups = pro_rata(minor, [sum(left[number] for number in numbers) for numbers in members])
    for numbers, share in zip(members, of_groups, strict=True):
        if share:
            for number, part in zip(numbers, pro_rata(share, [left[number] for number in numbers]), strict=True):
                parts[number] = part
    return parts


def _by_line(charged: Charged, before: Sequence[Credit], parts: Sequence[int]) -> list[int]:
    """Return the net of each line's part where each line was rounded by itself."""
    credited = credited_by_line(charged, before)
    return [
        credit(line.amounts, done, part, line.rate).net
        for line, done, part in zip(charged.lines, credited, parts, strict=True)
    ]


def _by_group(charged: Charged, before: Sequence[Credit], parts: Sequence[int]) -> list[int]:
    """Return the net of each line's part where the tax was rounded once for each group, and shared out after."""
    credited = credited_by_line(charged, before)
    nets = [0] * len(parts)
    for group in charged.groups:
        numbers = [number for number in _members(charged, group) if parts[number]]
        done = [credited[number] for number in _members(charged, group)]
        together = Extracted(sum(each.gross for each in done), sum(each.tax for each in done))
        whole = credit(
            Extracted(group.gross, group.tax), together, sum(parts[number] for number in numbers), group.rate
        )
        left = [charged.lines[number].net - credited[number].net for number in numbers]
        for number, net in zip(numbers, _nets(whole.net, [parts[number] for number in numbers], left), strict=True):
            nets[number] = net
    return nets


def _nets(net: int, parts: Sequence[int], left: Sequence[int]) -> Sequence[int]:
    """Share a group's net out over parts of its lines: what is left of each where that comes to it, else by size."""
    if sum(left) == net and all(0 <= each <= part for each, part in zip(left, parts, strict=True)):
        return left
    return pro_rata(net, parts) if parts else ()


def _members(charged: Charged, group: TaxedAmount) -> list[int]:
    return [
        number
        for number, line in enumerate(charged.lines)
        if (line.category, line.rate) == (group.category, group.rate)
    ]


def _group(group: TaxedAmount, lines: Sequence[CreditedLine]) -> TaxedAmount:
    members = [line for line in lines if (line.category, line.rate) == (group.category, group.rate)]
    return TaxedAmount(
        group.category, group.rate, sum(line.gross for line in members), sum(line.net for line in members)
    )
