"""The starting table: every member state on every day since 2019, and what changed on which."""

from collections import defaultdict
from datetime import date, timedelta

import pytest

from ledger.application.tax.starting_table import AS_OF, BEGINS, starting_rows, starting_rules
from ledger.domain.tax.rules import CustomerType, RuleTreatment, Scope, TaxRule, TaxRuleMissing, rule_for
from ledger.domain.tax.territory import TERRITORIES, in_vat_area, territory_of
from ledger.domain.vat.members import MEMBERS

TODAY = date(2026, 11, 23)
STATES = sorted(each.iso for each in MEMBERS if each.on(TODAY) and not each.goods_only)
ISLANDS = {
    "PT-20": ("PT", "9500-001"),
    "PT-30": ("PT", "9000-001"),
    "AT-JUN": ("AT", "6691"),
    "AT-MIT": ("AT", "6991"),
}


def rate(place: str, day: str, product: str = "standard") -> str:
    """Return the rate there, on the day, as an order to be taxed would find it."""
    where = territory_of(*ISLANDS.get(place, (place, None)))
    return rule_for(starting_rules(), where, CustomerType.CONSUMER, product, date.fromisoformat(day)).rate.percent


def test_there_are_27_states() -> None:
    assert len(STATES) == 27
    assert {each.rule.scope.country for each in starting_rows()} == set(STATES)


def test_every_state_has_one_standard_rate_on_every_day() -> None:
    """TAX-4: from the first day on without a gap or an overlap, and to the end of time."""
    spans: dict[Scope, list[TaxRule]] = defaultdict(list)
    for rule in starting_rules():
        if rule.scope.product is None:
            spans[rule.scope].append(rule)
    own_rates = [each for each in TERRITORIES if each.in_vat_area and each.rates_of == each.key]
    assert set(spans) == {Scope(state) for state in STATES} | {Scope(each.country, each.key) for each in own_rates}
    for rules in spans.values():
        rules.sort(key=lambda each: each.valid_from)
        assert rules[0].valid_from == BEGINS == date(2019, 1, 1)
        assert [each.valid_until for each in rules] == [*(each.valid_from for each in rules[1:]), None]


def test_whoever_is_in_the_vat_area_is_taxed_on_any_day() -> None:
    """Every place in the Union, territories too, on days all over the table's time."""
    places = [territory_of(state) for state in STATES] + [each for each in TERRITORIES if in_vat_area(each, TODAY)]
    for number in range(0, (TODAY - BEGINS).days, 97):
        day = BEGINS + timedelta(days=number)
        for place in places:
            found = rule_for(starting_rules(), place, CustomerType.CONSUMER, "anything", day)
            assert found.treatment is RuleTreatment.STANDARD
            assert found.rate.units >= 150_000, "no standard rate is below 15 % (Directive 2006/112/EC, article 97)"


@pytest.mark.parametrize(
    ("state", "percent"),
    [
        ("AT", "20"), ("BE", "21"), ("BG", "20"), ("CY", "19"), ("CZ", "21"), ("DE", "19"), ("DK", "25"),
        ("EE", "24"), ("ES", "21"), ("FI", "25.5"), ("FR", "20"), ("GR", "24"), ("HR", "25"), ("HU", "27"),
        ("IE", "23"), ("IT", "22"), ("LT", "21"), ("LU", "17"), ("LV", "21"), ("MT", "18"), ("NL", "21"),
        ("PL", "23"), ("PT", "23"), ("RO", "21"), ("SE", "25"), ("SI", "22"), ("SK", "23"),
        ("PT-20", "16"), ("PT-30", "22"), ("AT-JUN", "19"), ("AT-MIT", "19"), ("MC", "20"),
    ],
)  # fmt: skip
def test_the_standard_rates_of_today(state: str, percent: str) -> None:
    assert rate(state, "2026-11-23") == percent


@pytest.mark.parametrize(
    ("place", "product", "day", "before", "after"),
    [
        ("DE", "standard", "2020-07-01", "19", "16"),
        ("DE", "standard", "2021-01-01", "16", "19"),
        ("DE", "reduced", "2020-07-01", "7", "5"),
        ("DE", "reduced", "2021-01-01", "5", "7"),
        ("EE", "standard", "2024-01-01", "20", "22"),
        ("EE", "standard", "2025-07-01", "22", "24"),
        ("EE", "reduced_2", "2022-08-01", "9", "5"),
        ("EE", "reduced_2", "2025-01-01", "5", "9"),
        ("FI", "standard", "2024-09-01", "24", "25.5"),
        ("FI", "reduced", "2026-01-01", "14", "13.5"),
        ("IE", "standard", "2020-09-01", "23", "21"),
        ("IE", "standard", "2021-03-01", "21", "23"),
        ("LU", "standard", "2023-01-01", "17", "16"),
        ("LU", "standard", "2024-01-01", "16", "17"),
        ("LU", "reduced", "2023-01-01", "8", "7"),
        ("LU", "parking", "2023-01-01", "14", "13"),
        ("LU", "parking", "2024-01-01", "13", "14"),
        ("RO", "standard", "2025-08-01", "19", "21"),
        ("RO", "reduced", "2025-08-01", "9", "11"),
        ("RO", "reduced_2", "2025-08-01", "5", "11"),
        ("SK", "standard", "2025-01-01", "20", "23"),
        ("SK", "reduced", "2025-01-01", "10", "19"),
        ("CZ", "reduced", "2024-01-01", "15", "12"),
        ("CZ", "reduced_2", "2024-01-01", "10", "12"),
        ("LT", "reduced", "2026-01-01", "9", "12"),
        ("PT-20", "standard", "2021-07-01", "18", "16"),
        ("PT-30", "reduced_2", "2024-10-01", "5", "4"),
    ],
)
def test_a_rate_changes_on_its_day(place: str, product: str, day: str, before: str, after: str) -> None:
    """TAX-4: the day before still has the old rate, and the day itself the new one."""
    eve = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    assert (rate(place, eve, product), rate(place, day, product)) == (before, after)


@pytest.mark.parametrize(
    ("place", "product", "day"),
    [
        ("AT", "super_reduced", "2026-07-01"),
        ("CY", "super_reduced", "2023-07-21"),
        ("EE", "reduced_3", "2025-01-01"),
        ("MT", "parking", "2024-01-01"),
        ("SI", "reduced_2", "2020-01-01"),
        ("SK", "reduced_2", "2023-01-01"),
    ],
)
def test_before_a_reduced_rate_began_the_standard_rate_was_due(place: str, product: str, day: str) -> None:
    eve = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    assert rate(place, eve, product) == rate(place, eve)
    assert rate(place, day, product) != rate(place, day)


def test_the_reduced_rates_of_today() -> None:
    today = {
        "AT": "13 10 4.9", "BE": "12 6 12", "BG": "9", "CY": "9 5 3", "CZ": "12 12", "DE": "7", "EE": "9 9 13",
        "ES": "10 4", "FI": "13.5 10", "FR": "10 5.5 2.1", "GR": "13 6", "HR": "13 5", "HU": "18 5",
        "IE": "13.5 9 4.8 13.5", "IT": "10 5 4", "LT": "12 5", "LU": "8 3 14", "LV": "12 5", "MT": "7 5 12",
        "NL": "9", "PL": "8 5", "PT": "13 6 13", "RO": "11 11", "SE": "12 6", "SI": "9.5 5", "SK": "19 5",
        "PT-20": "9 4", "PT-30": "12 4", "AT-JUN": "13 10", "AT-MIT": "13 10",
    }  # fmt: skip
    found: dict[str, list[str]] = defaultdict(list)
    for rule in starting_rules():
        if rule.scope.product is not None and rule.valid_on(TODAY):
            found[rule.scope.territory or rule.scope.country].append(rule.rate.percent)
    assert {place: sorted(rates) for place, rates in found.items()} == {
        place: sorted(rates.split()) for place, rates in today.items()
    }


def test_nothing_is_said_of_days_before_the_table_begins() -> None:
    with pytest.raises(TaxRuleMissing):
        rate("DE", "2018-12-31")


def test_every_row_says_where_it_is_from() -> None:
    assert all(len(row.source) > 10 for row in starting_rows())
    assert AS_OF <= TODAY


def test_products_are_kinds_of_rates() -> None:
    kinds = {row.rule.scope.product for row in starting_rows()}
    assert kinds == {None, "reduced", "reduced_2", "reduced_3", "super_reduced", "parking"}
