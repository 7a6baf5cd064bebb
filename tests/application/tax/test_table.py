"""Tables of tax rules: what is read, and how what cannot be read is named."""

from contextlib import suppress
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.application.tax.table import MOST_BYTES, MOST_ROWS, TaxTableMalformed, rows_of, rules_of, text_of
from ledger.domain.tax.rate import Rate
from ledger.domain.tax.rules import CustomerType, RuleTreatment, Scope, TaxRule

HEADER = "country,territory,customer,product,treatment,rate,valid_from,valid_until,source\n"


def problems(text: str) -> list[tuple[int, str | None, str]]:
    """Return line, field and reason of everything that is wrong."""
    with pytest.raises(TaxTableMalformed) as refused:
        rules_of(text)
    told: Any = refused.value.facts["problems"]
    assert refused.value.facts["count"] >= len(told) > 0  # type: ignore[operator]
    return [(each["line"], each.get("field"), each["reason"]) for each in told]


def wrong(row: str) -> list[tuple[int, str | None]]:
    """Return line and field of what is wrong in one row."""
    return [(line, field) for line, field, _ in problems(HEADER + row)]


def test_a_table_is_rules() -> None:
    """TAX-4: half-open validity, an empty cell for any, and a treatment that has no rate."""
    found = rules_of(
        HEADER
        + "PT,PT-20,,reduced,S,9,2021-07-01,,Lei\n"
        + "FR,,business,,S,19.6,2000-04-01,2014-01-01,CGI\n"
        + "DE,,,insurance,E,,2019-01-01,,UStG\n"
    )
    assert [(each.scope, each.treatment, each.rate, each.valid_from, each.valid_until) for each in found] == [
        (Scope("PT", "PT-20", None, "reduced"), RuleTreatment.STANDARD, Rate.of("9"), date(2021, 7, 1), None),
        (
            Scope("FR", None, CustomerType.BUSINESS),
            RuleTreatment.STANDARD,
            Rate.of("19.6"),
            date(2000, 4, 1),
            date(2014, 1, 1),
        ),
        (Scope("DE", product="insurance"), RuleTreatment.EXEMPT, Rate.of("0"), date(2019, 1, 1), None),
    ]


def test_columns_come_in_any_order_and_those_that_may_be_empty_may_be_missing() -> None:
    one = rules_of("rate , valid_from,country,treatment\n 19 ,2021-01-01, DE ,S\n")
    assert one == rules_of(HEADER + "DE,,,,S,19,2021-01-01,,\n")


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_spreadsheets_write_tables_in_their_own_ways(ends: str) -> None:
    """A byte-order mark, their own ends of lines, quotes around anything, and lines with nothing in them."""
    text = f'\ufeff{HEADER}"DE","","","","S","19","2021-01-01","","§ 12, ""UStG"""\n\n,,,,,,,,\n'.replace("\n", ends)
    [row] = rows_of(text_of(text.encode()))
    assert (row.line, row.rule.scope.country, row.source) == (2, "DE", '§ 12, "UStG"')


def test_the_same_row_is_the_same_rule_in_every_table() -> None:
    one = rules_of(HEADER + "DE,,,,S,19,2021-01-01,,one\n")[0]
    ended, another = rules_of(HEADER + "DE,,,,S,19,2021-01-01,2027-01-01,two\nDE,,,,S,20,2027-01-01,,\n")
    assert one.rule_id == ended.rule_id != another.rule_id
    assert one.rule_id.startswith("txr_")
    assert len(one.rule_id) == len("txr_") + 32


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (",,,,S,19,2021-01-01,,", "country"),
        ("de,,,,S,19,2021-01-01,,", "country"),
        ("ZZ,,,,S,19,2021-01-01,,", "country"),
        ("EL,,,,S,24,2021-01-01,,", "country"),
        ("MC,,,,S,20,2021-01-01,,", "country"),
        ("ES,PT-20,,,S,9,2021-01-01,,", "territory"),
        ("DE,,retailer,,S,19,2021-01-01,,", "customer"),
        ("DE,,,Books!,S,7,2021-01-01,,", "product"),
        ("DE,,,,AE,0,2021-01-01,,", "treatment"),
        ("DE,,,,,19,2021-01-01,,", "treatment"),
        ("DE,,,,S,,2021-01-01,,", "rate"),
        ("DE,,,,S,0,2021-01-01,,", "rate"),
        ("DE,,,,S,19%,2021-01-01,,", "rate"),
        ('DE,,,,S,"19,5",2021-01-01,,', "rate"),
        ("DE,,,,E,7,2021-01-01,,", "rate"),
        ("DE,,,,S,19,01.01.2021,,", "valid_from"),
        ("DE,,,,S,19,20210101,,", "valid_from"),
        ("DE,,,,S,19,2021-02-29,,", "valid_from"),
        ("DE,,,,S,19,,,", "valid_from"),
        ("DE,,,,S,19,2021-01-01,2021-01-01,", "valid_until"),
        ("DE,,,,S,19,2021-01-01,soon,", "valid_until"),
        ("DE,,,,S,19,2021-01-01", None),
        ("DE,,,,S,19,2021-01-01,,a,b", None),
        ('DE,,,,S,19,2021-01-01,,"a"b', None),
        ('DE,,,,S,19,2021-01-01,,"never closed', None),
    ],
)
def test_what_cannot_be_meant_is_named_by_line_and_field(row: str, field: str | None) -> None:
    assert wrong(row) == [(2, field)]


def test_what_was_meant_is_said_where_it_can_be_guessed() -> None:
    """A Greek rule under the prefix of VAT numbers, or one for Monaco, would never be found."""
    found = problems(HEADER + "EL,,,,S,24,2021-01-01,,\nMC,,,,S,20,2021-01-01,,\n")
    assert [reason for _, _, reason in found] == [
        "is no country's code: write GR",
        "is a territory: write country FR and territory MC",
    ]


def test_every_problem_is_told_at_once() -> None:
    rows = "DE,,,,S,19,2021-01-01,,\nzz,,nobody,,Q,1,never,,\nDE,,,,S,16,2020-07-01,2021-06-01,\nFR\n"
    assert [(line, field) for line, field, _ in problems(HEADER + rows)] == [
        (3, "country"),
        (3, "customer"),
        (3, "treatment"),
        (3, "valid_from"),
        (4, "valid_from"),
        (5, None),
    ]


def test_rules_that_overlap_are_named_by_both_lines() -> None:
    """A day that two rules claim is refused; a day on which one ends and the next begins is none."""
    rows = "DE,,,,S,19,2021-01-01,,\nDE,,,,S,16,2020-07-01,2021-01-02,\nDE,,,reduced,S,7,2021-01-01,,\n"
    [(line, field, reason)] = problems(HEADER + rows)
    assert (line, field) == (3, "valid_from")
    assert "line 2" in reason
    assert len(rules_of(HEADER + rows.replace("2021-01-02", "2021-01-01"))) == 3


def test_an_open_rule_overlaps_every_later_one() -> None:
    rows = "DE,,,,S,19,2021-01-01,,\nDE,,,,S,20,2022-01-01,2023-01-01,\nDE,,,,S,21,2024-01-01,,\n"
    assert [(line, field) for line, field, _ in problems(HEADER + rows)] == [
        (3, "valid_from"),
        (4, "valid_from"),
    ]


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("country,treatment,rate,valid_from,colour\n", ["colour"]),
        ("country,treatment,rate,valid_from,rate\n", ["rate"]),
        ("country,rate\n", ["treatment", "valid_from"]),
        ("Country,treatment,rate,valid_from\n", ["Country", "country"]),
        ("country,,treatment,rate,valid_from\n", ["column 2"]),
        ("DE,,,,S,19,2021-01-01,,\n", None),
    ],
)
def test_a_header_says_what_the_columns_are(header: str, fields: list[str] | None) -> None:
    """And the lines below one that is wrong are not guessed at."""
    found = problems(header + "DE,,,,S,19,2021-01-01,,\n")
    assert {line for line, _, _ in found} == {1}
    assert fields is None or [field for _, field, _ in found] == fields


@pytest.mark.parametrize("text", ["", "\ufeff", "\n\n", ",,,\n"])
def test_nothing_is_no_table(text: str) -> None:
    [(line, field, reason)] = problems(text)
    assert (line, field) == (1, None)
    assert "header is missing" in reason


def test_a_header_alone_is_a_table_without_rules() -> None:
    assert rules_of(HEADER) == []


def test_a_table_has_its_limits() -> None:
    day = date(2000, 1, 1).toordinal()
    days = [date.fromordinal(day + number).isoformat() for number in range(MOST_ROWS + 2)]
    rows = [f"DE,,,,S,19,{one},{other},\n" for one, other in pairwise(days)]
    assert len(rules_of(HEADER + "".join(rows[:MOST_ROWS]))) == MOST_ROWS
    assert problems(HEADER + "".join(rows)) == [(MOST_ROWS + 2, None, "a table has at most 5000 rules")]
    assert "bytes" in problems(HEADER + "x" * MOST_BYTES)[0][2]
    assert "bytes" in problems(HEADER + "§" * (MOST_BYTES // 2))[0][2]
    with pytest.raises(TaxTableMalformed):
        text_of(b"x" * (MOST_BYTES + 1))


def test_at_most_a_hundred_problems_are_told_and_all_are_counted() -> None:
    with pytest.raises(TaxTableMalformed) as refused:
        rules_of(HEADER + "DE,,,,S,x,2021-01-01,,\n" * 250)
    told: Any = refused.value.facts["problems"]
    assert (refused.value.facts["count"], len(told)) == (250, 100)


def test_other_encodings_are_refused_where_they_begin() -> None:
    with pytest.raises(TaxTableMalformed) as refused:
        text_of((HEADER + "DE,,,,S,19,2021-01-01,,§ 12 UStG\n").encode("latin-1"))
    assert refused.value.facts["problems"] == [{"line": 2, "reason": "is not UTF-8"}]


CELLS = st.sampled_from(
    [
        "DE",
        "FR",
        "ZZ",
        "PT-20",
        "consumer",
        "books",
        "S",
        "E",
        "19",
        "0",
        "1e9",
        "2021-01-01",
        "9999-12-31",
        "",
        '"',
        "\0",
    ]
) | st.text(max_size=8)
TABLES = st.lists(st.lists(CELLS, max_size=10).map(",".join), max_size=8).map(lambda rows: HEADER + "\n".join(rows))


@given(st.text() | TABLES | st.text().map(lambda text: HEADER + text))
def test_any_text_is_rules_or_is_refused(text: str) -> None:
    """Nothing but the one error comes out, and what is read is sound and overlaps nowhere."""
    with suppress(TaxTableMalformed):
        found = rules_of(text)
        assert len({each.rule_id for each in found}) == len(found)
        for number, each in enumerate(found):
            each.require_sound()
            assert not any(each.overlaps(other) for other in found[:number])


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_are_refused(raw: bytes) -> None:
    with suppress(TaxTableMalformed):
        assert text_of(raw).encode() == raw


def test_a_rule_read_from_a_table_is_one_like_any_other() -> None:
    [found] = rules_of(HEADER + "DE,,,,S,19,2021-01-01,,\n")
    assert isinstance(found, TaxRule)
    assert found.valid_on(date(2026, 11, 23))
