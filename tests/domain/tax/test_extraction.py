"""Extracting tax from gross prices: worked cases, and what holds for every cart, rate and currency."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.tax.extraction import Extracted, TaxedLine, breakdown, breakdown_by_line, extract
from ledger.domain.tax.rate import ZERO, Rate, RateMalformed
from ledger.domain.tax.shares import pro_rata

RATES = st.sampled_from(["0", "2.1", "4.8", "5.5", "7", "8.1", "13.5", "19", "20", "21", "25.5", "27", "99.9999"])
GROSS = st.integers(-(10**12), 10**12)
LINES = st.lists(
    st.builds(TaxedLine, GROSS, st.sampled_from(["S", "Z"]), RATES.map(Rate.of)), min_size=1, max_size=40
)


def line(gross: int, rate: str, category: str = "S") -> TaxedLine:
    return TaxedLine(gross, category, Rate.of(rate))


@pytest.mark.parametrize(
    ("gross", "rate", "tax"),
    [
        (10_000, "10", 909),
        (9_999, "19", 1_596),
        (9_998, "19", 1_596),
        (999, "20", 167),  # 1.665 exactly: the half goes up
        (3, "19", 0),
        (1_000, "8.1", 75),
        (10_920, "19", 1_744),  # a currency without decimals: CLP
        (1_000, "10", 91),  # and one with three: KWD 1.000
        (-11_900, "19", -1_900),
        (-999, "20", -167),
        (10_000, "0", 0),
    ],
)
def test_the_tax_in_a_gross_price(gross: int, rate: str, tax: int) -> None:
    """TAX-1: rounded half up in the currency's own minor units; what is not tax is net."""
    assert extract(gross, Rate.of(rate)) == Extracted(gross, tax)
    assert extract(gross, Rate.of(rate)).net == gross - tax


def test_one_price_in_six_is_reached_by_no_net_price_and_is_still_exact() -> None:
    """TAX-1: of all prices up to 100.00 at 19 % about 16 % differ from tax reckoned forward, by one cent."""
    rate = Rate.of("19")
    off = [abs(extracted.tax - round_half_up(extracted.net * 19, 100)) for extracted in map_prices(rate)]
    assert set(off) == {0, 1}
    assert 0.155 < sum(off) / len(off) < 0.165


def map_prices(rate: Rate) -> list[Extracted]:
    return [extract(gross, rate) for gross in range(1, 10_001)]


def round_half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def test_lines_share_the_net_of_their_group() -> None:
    """TAX-2: three at 0.99 have 2.50 net together, which no three equal nets add up to."""
    found = breakdown([line(99, "19")] * 3)
    assert found.total == Extracted(297, 47)
    assert [each.net for each in found.lines] == [84, 83, 83]


def test_groups_stand_apart_by_category_and_rate() -> None:
    """TAX-1: nothing is mixed, and exempt is not zero-rated."""
    found = breakdown([line(2_000, "20"), line(1_055, "5.5"), line(500, "0", "E"), line(300, "0", "Z")])
    told = [(each.category, each.rate.percent, each.amounts.net, each.amounts.tax) for each in found.groups]
    assert told == [("S", "20", 1_667, 333), ("S", "5.5", 1_000, 55), ("E", "0", 500, 0), ("Z", "0", 300, 0)]


def test_a_negative_line_takes_its_tax_along() -> None:
    """TAX-2: 119.00 less 19.00 at 19 %."""
    found = breakdown([line(11_900, "19"), line(-1_900, "19")])
    assert [(each.net, each.tax) for each in found.lines] == [(10_000, 1_900), (-1_597, -303)]
    assert found.total == Extracted(10_000, 1_597)


def test_by_line_and_by_group_may_differ_and_each_adds_up() -> None:
    """TAX-7: the other choice, where a group is the sum of its lines."""
    lines = [line(99, "19")] * 3
    assert breakdown(lines).total.tax == 47
    assert breakdown_by_line(lines).total.tax == 48


@given(LINES)
def test_sums_are_exact(lines: list[TaxedLine]) -> None:
    """TAX-1 and TAX-2: the document's gross is what was paid, and lines sum to groups, gross, net and tax alike."""
    for found in (breakdown(lines), breakdown_by_line(lines)):
        assert found.total.gross == sum(each.gross for each in lines)
        assert [each.gross for each in found.lines] == [each.gross for each in lines]
        for group in found.groups:
            members = [
                share
                for share, each in zip(found.lines, lines, strict=True)
                if (each.category, each.rate) == (group.category, group.rate)
            ]
            assert sum(each.net for each in members) == group.amounts.net
            assert sum(each.tax for each in members) == group.amounts.tax


@given(LINES)
def test_the_tax_of_a_group_is_within_one_unit_of_its_net_times_the_rate(lines: list[TaxedLine]) -> None:
    """TAX-3: far stricter than the tolerance of the standard's own rules, which is below one whole currency unit."""
    for group in breakdown(lines).groups:
        forward = Fraction(group.amounts.net * group.rate.units, 1_000_000)
        assert abs(group.amounts.tax - forward) < 1


@given(LINES)
def test_each_line_is_within_one_unit_of_its_own_net(lines: list[TaxedLine]) -> None:
    """TAX-2: the largest remainder moves no line by a whole unit."""
    for share, each in zip(breakdown(lines).lines, lines, strict=True):
        assert abs(share.net - Fraction(each.gross * 1_000_000, 1_000_000 + each.rate.units)) < 1


@given(LINES)
def test_what_is_turned_round_is_the_mirror_image(lines: list[TaxedLine]) -> None:
    """TAX-6: a credit of a whole document has exactly its amounts, below zero."""
    turned = [TaxedLine(-each.gross, each.category, each.rate) for each in lines]
    before, after = breakdown(lines), breakdown(turned)
    assert [(each.amounts.gross, each.amounts.tax) for each in after.groups] == [
        (-each.amounts.gross, -each.amounts.tax) for each in before.groups
    ]


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=50).filter(any))
def test_shares_add_up(total: int, weights: list[int]) -> None:
    shares = pro_rata(total, weights)
    assert sum(shares) == total
    assert all(share >= 0 for share in shares)


def test_equal_shares_go_to_the_earlier_ones_first() -> None:
    assert pro_rata(1_000, [1, 1, 1]) == [334, 333, 333]


@pytest.mark.parametrize("percent", ["100", "-1", "1e1", "5,5", "", "19.00001", "019", " 19", "nan", "١٩"])
def test_a_rate_is_a_percentage(percent: str) -> None:
    with pytest.raises(RateMalformed):
        Rate.of(percent)


@pytest.mark.parametrize("percent", ["0", "19", "5.5", "2.1", "25.5", "99.9999"])
def test_a_rate_is_written_as_it_was_read(percent: str) -> None:
    assert Rate.of(percent).percent == percent


def test_rates_that_are_equal_are_one_group() -> None:
    assert Rate.of("19") == Rate.of("19.00")
    assert Rate.of("0.0") == ZERO
