"""Crediting and discounting: by shares, cumulatively, and down to nothing."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.tax.credit import CreditExceedsCharged, credit
from ledger.domain.tax.discount import DiscountExceedsTotal, discounted
from ledger.domain.tax.extraction import Breakdown, Extracted, Group, TaxedLine, breakdown, breakdown_by_line, extract
from ledger.domain.tax.rate import Rate

NINETEEN = Rate.of("19")
NONE_YET = Extracted(0, 0)


def test_ten_credits_of_one_cent_lose_nothing() -> None:
    """TAX-6: 0.10 at 19 % holds 0.02 of tax; one cent at a time would credit none of it."""
    charged, credited, taxes = extract(10, NINETEEN), NONE_YET, []
    for _ in range(10):
        part = credit(charged, credited, 1, NINETEEN)
        credited = Extracted(credited.gross + part.gross, credited.tax + part.tax)
        taxes.append(part.tax)
    assert taxes == [0, 0, 0, 1, 0, 0, 0, 0, 0, 1]
    assert credited == charged


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**5), max_size=30), st.sampled_from(["0", "7", "19", "25.5"]))
def test_crediting_everything_leaves_neither_net_nor_tax(gross: int, parts: list[int], percent: str) -> None:
    """TAX-6: in whatever parts; and never more tax than was charged on the way."""
    rate = Rate.of(percent)
    charged, credited = extract(gross, rate), NONE_YET
    for part in [*parts, gross]:
        step = credit(charged, credited, min(part, charged.gross - credited.gross), rate)
        assert step.tax >= 0
        assert step.net >= 0
        credited = Extracted(credited.gross + step.gross, credited.tax + step.tax)
    assert credited == charged


PRICES = st.builds(
    TaxedLine, st.integers(0, 10**12), st.just("S"), st.sampled_from(["2.1", "5.5", "8.1", "19", "27"]).map(Rate.of)
)


@given(st.lists(PRICES, min_size=1, max_size=20), st.sampled_from([breakdown, breakdown_by_line]), st.data())
def test_a_whole_document_credited_in_parts_leaves_nothing(
    lines: list[TaxedLine], rounded: Callable[[list[TaxedLine]], Breakdown], data: st.DataObject
) -> None:
    """TAX-6 with TAX-7: group by group, in parts of any size, however the charge was rounded."""
    charged = rounded(lines)
    credited = [credited_in_parts(group, data.draw(st.integers(0, group.amounts.gross))) for group in charged.groups]
    assert credited == [group.amounts for group in charged.groups]


def credited_in_parts(group: Group, first: int) -> Extracted:
    """Return what is credited altogether by a part, and by all that is left then."""
    one = credit(group.amounts, NONE_YET, first, group.rate)
    other = credit(group.amounts, one, group.amounts.gross - first, group.rate)
    return Extracted(one.gross + other.gross, one.tax + other.tax)


def test_what_was_rounded_by_line_is_credited_to_the_last_cent() -> None:
    """TAX-6 with TAX-7: the charge was the sum of its lines."""
    charged = Extracted(297, 48)
    first = credit(charged, NONE_YET, 296, NINETEEN)
    last = credit(charged, first, 1, NINETEEN)
    assert first.tax + last.tax == 48


def test_more_than_was_charged_is_refused() -> None:
    """TAX-6: all credits of a group together never exceed it."""
    with pytest.raises(CreditExceedsCharged):
        credit(extract(10, NINETEEN), extract(9, NINETEEN), 2, NINETEEN)


def test_a_discount_is_borne_by_every_rate() -> None:
    """TAX-1: 10.00 off three lines of 10.00, of which two are at 19 % and one at 7 %."""
    lines = [TaxedLine(1_000, "S", NINETEEN), TaxedLine(1_000, "S", NINETEEN), TaxedLine(1_000, "S", Rate.of("7"))]
    reduced = discounted(lines, 1_000)
    assert [each.gross for each in reduced] == [666, 667, 667]
    assert [each.amounts.tax for each in breakdown(reduced).groups] == [213, 44]
    assert discounted(lines, 0) == lines


@given(st.lists(PRICES, min_size=1, max_size=20), st.data())
def test_a_discount_is_taken_exactly_and_no_line_pays_more_than_its_price(
    lines: list[TaxedLine], data: st.DataObject
) -> None:
    """TAX-1: what is left is what is paid, each line between nothing and its price, and its tax within it."""
    whole = sum(each.gross for each in lines)
    discount = data.draw(st.integers(0, whole))
    reduced = discounted(lines, discount)
    assert breakdown(reduced).total.gross == whole - discount
    assert all(0 <= after.gross <= before.gross for before, after in zip(lines, reduced, strict=True))


def test_a_discount_takes_no_more_than_there_is() -> None:
    with pytest.raises(DiscountExceedsTotal):
        discounted([TaxedLine(100, "S", NINETEEN)], 101)
