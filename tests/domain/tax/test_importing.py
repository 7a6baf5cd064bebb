"""Tables of rules taken over: whole or not at all, and the same again changes nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.domain.errors import LedgerError
from ledger.domain.tax.importing import MOST_AT_ONCE, Ending, TaxImportTooLarge, TaxRuleDiffers
from ledger.domain.tax.rate import Rate
from ledger.domain.tax.rules import Scope, TaxRule, TaxRuleContradictory, TaxRuleOverlaps, TaxScopeUnknown
from tests.domain.tax.test_rulebook import FIRST, LAST, LATER, rule, rulebook

GERMAN, AUSTRIAN = rule(1), rule(2, Scope("AT"))
TABLE = [GERMAN, AUSTRIAN]


def test_a_table_is_one_fact_and_the_same_again_is_none() -> None:
    """TAX-4."""
    book = rulebook()
    found = book.import_rules(TABLE)
    assert (found.created, found.ended, found.unchanged) == (tuple(TABLE), (), ())
    assert len(book.collect_events()) == 1
    assert book.import_rules(TABLE).unchanged == (GERMAN.rule_id, AUSTRIAN.rule_id)
    assert not book.collect_events()
    assert list(book.rules.values()) == TABLE


def test_a_later_table_ends_a_rule_and_has_another_take_over() -> None:
    """TAX-4: next year's table says until when last year's rate was valid."""
    book = rulebook(*TABLE)
    ended, next_rate = replace(GERMAN, valid_until=LAST), replace(rule(3, since=LAST), rate=Rate.of("20"))
    found = book.import_rules([ended, next_rate, AUSTRIAN])
    assert found.created == (next_rate,)
    assert found.ended == (Ending(GERMAN.rule_id, LAST),)
    assert found.unchanged == (AUSTRIAN.rule_id,)
    assert book.rule(GERMAN.rule_id) == ended


def test_what_the_organization_ended_stays_ended_when_its_table_comes_again() -> None:
    """In every version of the table that was ever taken over."""
    book = rulebook(*TABLE)
    tables = [TABLE, [replace(GERMAN, valid_until=LAST), AUSTRIAN]]
    book.import_rules(tables[1])
    book.end_rule(GERMAN.rule_id, LATER)
    book.collect_events()
    for table in tables:
        assert len(book.import_rules(table).unchanged) == 2
    assert not book.collect_events()
    assert book.rule(GERMAN.rule_id).valid_until == LATER


@pytest.mark.parametrize(
    ("row", "error", "facts"),
    [
        (rule(9, since=date(2025, 1, 1)), TaxRuleOverlaps, {"rule": GERMAN.rule_id}),
        (rule(9, Scope("FR"), since=FIRST - timedelta(days=1)), TaxRuleOverlaps, {"rule": rule(8).rule_id}),
        (rule(9, Scope("XX")), TaxScopeUnknown, {"field": "country"}),
        (rule(9, Scope("BE"), until=FIRST), TaxRuleContradictory, {}),
        (replace(GERMAN, rate=Rate.of("16")), TaxRuleDiffers, {}),
    ],
)
def test_one_wrong_row_refuses_the_whole_table_and_is_named(
    row: TaxRule, error: type[LedgerError], facts: dict[str, str]
) -> None:
    """An overlap with the rulebook or within the table, a place that there is none of, another rate than is there."""
    book = rulebook(*TABLE)
    with pytest.raises(error) as refusal:
        book.import_rules([AUSTRIAN, rule(8, Scope("FR")), row])
    assert refusal.value.facts == {**facts, "refused": row.rule_id}
    assert not book.collect_events()


def test_a_table_lengthens_no_rule() -> None:
    """What has ended was perhaps replaced; a rule that goes on begins on a day of its own."""
    book = rulebook(replace(GERMAN, valid_until=LATER))
    with pytest.raises(TaxRuleDiffers):
        book.import_rules([replace(GERMAN, valid_until=LAST)])
    with pytest.raises(TaxRuleDiffers):
        book.import_rules([GERMAN])
    assert not book.collect_events()


def test_one_id_for_two_rules_is_refused() -> None:
    with pytest.raises(TaxRuleDiffers):
        rulebook().import_rules([GERMAN, replace(AUSTRIAN, rule_id=GERMAN.rule_id)])


def test_a_table_that_would_not_fit_into_one_fact_is_refused() -> None:
    """What is there already does not count, so that a large table can be taken over in parts."""
    days = [FIRST + timedelta(days=number) for number in range(MOST_AT_ONCE + 1)]
    table = [rule(number, since=day, until=day + timedelta(days=1)) for number, day in enumerate(days)]
    book = rulebook()
    with pytest.raises(TaxImportTooLarge):
        book.import_rules(table)
    book.import_rules(table[:1])
    book.import_rules(table)
    assert len(book.rules) == MOST_AT_ONCE + 1
