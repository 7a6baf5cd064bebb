"""What credits take back: of each group what its rate says of all credits together, and in the end everything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.invoicing.crediting import credit_of, credited_by_line
from ledger.domain.invoicing.document import Charged, Credit
from ledger.domain.tax.assessment import Rounding
from ledger.domain.tax.credit import CreditExceedsCharged
from ledger.domain.tax.extraction import TaxedLine, extract
from ledger.domain.tax.rate import ZERO, Rate
from tests.support.invoicing_examples import NORMAL, REDUCED, charged

LINES = st.builds(
    TaxedLine,
    st.integers(0, 5_000) | st.integers(0, 12),
    st.sampled_from(["S", "AE"]),
    st.sampled_from(["0", "5.5", "19", "27"]).map(Rate.of),
)
DOCUMENTS = st.builds(
    lambda lines, rounding: charged(tuple(lines), rounding),
    st.lists(LINES, min_size=1, max_size=12).filter(lambda lines: sum(line.gross for line in lines) > 0),
    st.sampled_from(Rounding),
)


def by_group(credits_: list[Credit], charged_: Charged) -> list[tuple[int, int]]:
    """Return gross and net credited of each group of the invoice, in its order."""
    named = {(group.category, group.rate): (0, 0) for group in charged_.groups}
    for group in (group for each in credits_ for group in each.groups):
        gross, net = named[group.category, group.rate]
        named[group.category, group.rate] = (gross + group.gross, net + group.net)
    return list(named.values())


@given(DOCUMENTS, st.lists(st.integers(1, 4_000), max_size=15))
def test_any_credits_that_come_to_the_whole_leave_neither_net_nor_tax(what: Charged, parts: list[int]) -> None:
    """PAY-7, TAX-6, TAX-7: in every group, however it was rounded; no credit is more than what it is of."""
    done: list[Credit] = []
    left = what.total.gross
    for part in [*parts, left]:
        minor = min(part, left)
        if minor:
            credit = credit_of(what, done, minor)
            assert credit.total.gross == minor
            assert all(0 <= line.net <= line.gross for line in credit.lines)
            assert all(0 <= group.net <= group.gross for group in credit.groups)
            assert sum(line.net for line in credit.lines) == sum(group.net for group in credit.groups)
            done.append(credit)
            left -= minor
            for line, each in zip(what.lines, credited_by_line(what, done), strict=True):
                assert each.gross <= line.gross
    assert by_group(done, what) == [(group.gross, group.net) for group in what.groups]


@given(DOCUMENTS)
def test_crediting_everything_at_once_mirrors_the_invoice(what: Charged) -> None:
    """TAX-6: line by line."""
    credit = credit_of(what, [], what.total.gross)
    assert [(line.number, line.gross, line.net) for line in credit.lines] == [
        (number, line.gross, line.net) for number, line in enumerate(what.lines, 1) if line.gross
    ]


def test_ten_credits_of_one_cent_lose_nothing() -> None:
    """TAX-6: the rate is the invoice's; a cent at a time would otherwise credit no tax at all."""
    what, done = charged((TaxedLine(10, "S", Rate.of("19")),)), list[Credit]()
    for _ in range(10):
        done.append(credit_of(what, done, 1))
    assert [credit.total.tax for credit in done] == [0, 0, 0, 1, 0, 0, 0, 0, 0, 1]


def test_an_amount_without_lines_is_shared_by_what_is_left_of_each_group() -> None:
    """TAX-6: by largest remainder, the same every time: 10.50 of 12.00 at 20 %, 7.99 at 5.5 % and 1.00 exempt."""
    what = charged()
    credit = credit_of(what, [], 1_050)
    assert [(group.category, group.rate, group.gross, group.tax) for group in credit.groups] == [
        ("S", NORMAL, 600, 100),
        ("S", REDUCED, 400, extract(400, REDUCED).tax),
        ("E", ZERO, 50, 0),
    ]
    assert credit_of(what, [], 1_050) == credit
    rest = credit_of(what, [credit], what.total.gross - 1_050)
    assert [group.gross for group in rest.groups] == [600, 399, 50]


def test_no_more_than_is_left_can_be_credited() -> None:
    """TAX-6: the sum of all credits never exceeds the invoice."""
    what = charged()
    first = credit_of(what, [], what.total.gross - 1)
    with pytest.raises(CreditExceedsCharged) as refusal:
        credit_of(what, [first], 2)
    assert refusal.value.facts == {"left_minor": 1}


def test_lines_rounded_by_themselves_are_credited_by_themselves() -> None:
    """TAX-7: three lines of 0.99 hold 0.48 of tax by line, and 0.47 by group; a third of each line at a time."""
    lines = (TaxedLine(99, "S", Rate.of("19")),) * 3
    for rounding, taxes in ((Rounding.LINE, [15, 18, 15]), (Rounding.GROUP, [16, 16, 15])):
        what = charged(lines, rounding)
        done: list[Credit] = []
        for _ in range(3):
            done.append(credit_of(what, done, 99))
        assert [credit.total.tax for credit in done] == taxes
        assert sum(taxes) == what.total.tax
