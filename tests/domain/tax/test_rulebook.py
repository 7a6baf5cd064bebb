"""A rulebook of tax: rules that never overlap, end once, and are never taken out; and how the organization sells."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.errors import LedgerError
from ledger.domain.tax.rate import ZERO, Rate
from ledger.domain.tax.rulebook import (
    MOST_RULES,
    Rulebook,
    SellerTerms,
    TaxRuleEndRefused,
    TaxRuleUnknown,
    TooManyTaxRules,
)
from ledger.domain.tax.rules import (
    CustomerType,
    RuleTreatment,
    Scope,
    TaxRule,
    TaxRuleContradictory,
    TaxRuleOverlaps,
    TaxScopeUnknown,
)
from ledger.domain.tax.seller import TimeZoneUnknown
from ledger.domain.values import IdempotencyKeyReused, Mode, Request
from ledger.domain.vat.number import VatNumberMalformed
from tests.support.examples import ORGANIZATION, REQUEST

FIRST, LATER, LAST = date(2026, 1, 1), date(2026, 7, 1), date(2027, 1, 1)


def rule(number: int = 1, scope: Scope | None = None, since: date = FIRST, until: date | None = None) -> TaxRule:
    return TaxRule(f"txr_{number:032x}", scope or Scope("DE"), RuleTreatment.STANDARD, Rate.of("19"), since, until)


def rulebook(*rules: TaxRule) -> Rulebook:
    book = Rulebook.open(UUID(int=77), ORGANIZATION, Mode.TEST)
    for each in rules:
        book.create_rule(each)
    book.collect_events()
    return book


def refused(book: Rulebook, each: TaxRule, error: type[LedgerError]) -> dict[str, object]:
    """Prove that a rule is refused and nothing recorded; return the facts."""
    with pytest.raises(error) as refusal:
        book.create_rule(each)
    assert not book.collect_events()
    return refusal.value.facts


def test_one_day_in_common_is_an_overlap_and_none_is_not() -> None:
    """TAX-4: half-open validity; a rule that takes over on the day another ends is no overlap."""
    book = rulebook(rule(1, since=FIRST, until=LATER))
    day_before = LATER - timedelta(days=1)
    assert refused(book, rule(2, since=day_before, until=LAST), TaxRuleOverlaps) == {"rule": rule(1).rule_id}
    assert book.create_rule(rule(2, since=LATER))
    assert book.create_rule(rule(3, since=date(2025, 1, 1), until=FIRST))


def test_rules_of_other_scopes_stand_beside_each_other() -> None:
    """TAX-4: the more closely drawn one is chosen when a supply is decided."""
    scopes = [Scope("DE"), Scope("AT"), Scope("DE", product="books"), Scope("DE", customer=CustomerType.BUSINESS)]
    book = rulebook(*(rule(number, scope) for number, scope in enumerate(scopes)))
    assert len(book.rules) == 4


@pytest.mark.parametrize(
    ("scope", "facts"),
    [
        (Scope("XX"), {"field": "country"}),
        (Scope("de"), {"field": "country"}),
        (Scope("EL"), {"field": "country", "meant": "GR"}),
        (Scope("XI"), {"field": "country", "meant": "GB"}),
        (Scope("GP"), {"field": "country", "meant": "FR", "territory": "FR-DOM"}),
        (Scope("DE", "ES-CN"), {"field": "territory"}),
        (Scope("DE", "DE-BY"), {"field": "territory"}),
        (Scope("DE", product="Books"), {"field": "product"}),
        (Scope("DE", product=""), {"field": "product"}),
        (Scope("DE", product="b" * 65), {"field": "product"}),
    ],
)
def test_a_rule_for_no_place_or_product_is_refused(scope: Scope, facts: dict[str, str]) -> None:
    """TAX-4: what could never be chosen is not kept, and the refusal says which was probably meant."""
    assert refused(rulebook(), rule(scope=scope), TaxScopeUnknown) == facts


@pytest.mark.parametrize(
    "contradictory",
    [
        rule(since=FIRST, until=FIRST),
        rule(since=LATER, until=FIRST),
        replace(rule(), rate=ZERO),
        replace(rule(), treatment=RuleTreatment.EXEMPT),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(contradictory: TaxRule) -> None:
    """Empty validity, a standard rate of nothing (EN 16931, BR-S-05), a rate beside an exemption."""
    refused(rulebook(), contradictory, TaxRuleContradictory)


def test_the_same_request_creates_a_rule_once_even_after_its_end() -> None:
    """IDEM-1, IDEM-2."""
    book = rulebook()
    assert book.create_rule(rule(), REQUEST)
    book.end_rule(rule().rule_id, LATER)
    book.collect_events()
    assert not book.create_rule(rule(), REQUEST)
    with pytest.raises(IdempotencyKeyReused):
        book.create_rule(rule(), Request("key-1", (("rate", "00"),)))
    assert not book.collect_events()


def test_a_rule_ends_once_for_each_earlier_day() -> None:
    """TAX-4: ending only shortens, the same day again is harmless, and another rule may take over from that day."""
    book = rulebook(rule(until=LAST))
    for day in (LATER, LATER, date(2026, 3, 1)):
        book.end_rule(rule().rule_id, day)
    assert len(book.collect_events()) == 2
    assert book.rule(rule().rule_id).valid_until == date(2026, 3, 1)
    assert book.create_rule(rule(2, since=date(2026, 3, 1)))


@pytest.mark.parametrize("day", [FIRST, FIRST - timedelta(days=1), LAST + timedelta(days=1)])
def test_no_end_lengthens_a_rule_or_has_it_never_valid(day: date) -> None:
    """A rule that is wrong ends, and another is created."""
    book = rulebook(rule(until=LAST))
    with pytest.raises(TaxRuleEndRefused) as refusal:
        book.end_rule(rule().rule_id, day)
    assert refusal.value.facts == {"valid_from": "2026-01-01", "valid_until": "2027-01-01"}
    assert not book.collect_events()


def test_a_rule_that_is_not_there_cannot_end() -> None:
    with pytest.raises(TaxRuleUnknown):
        rulebook().end_rule("txr_1", LATER)


def test_a_rulebook_has_room_for_a_bounded_number_of_rules() -> None:
    """One too many is refused, by itself or in a table; those that have ended count, since none is taken out."""
    days = [FIRST + timedelta(days=number) for number in range(MOST_RULES + 1)]
    every = [rule(number, since=day, until=day + timedelta(days=1)) for number, day in enumerate(days)]
    book = rulebook()
    book.import_rules(every[: MOST_RULES // 2])
    book.import_rules(every[MOST_RULES // 2 : MOST_RULES])
    book.collect_events()
    assert refused(book, every[-1], TooManyTaxRules) == {"left": 0}
    with pytest.raises(TooManyTaxRules):
        book.import_rules(every[-1:])
    assert not book.collect_events()


def test_a_seller_is_described_once_for_each_change() -> None:
    """VAT-4, TAX-7: the organization's own number is kept as VIES writes it."""
    book = rulebook()
    book.describe_seller(SellerTerms("DE", oss=True, vat_number="de 136 695 976", time_zone="Europe/Berlin"))
    book.describe_seller(SellerTerms("DE", oss=True, vat_number="DE136695976", time_zone="Europe/Berlin"))
    assert len(book.collect_events()) == 1
    assert book.seller is not None
    assert book.seller.vat_number == "DE136695976"


@pytest.mark.parametrize(
    ("seller", "error"),
    [
        (SellerTerms("XX", oss=False), TaxScopeUnknown),
        (SellerTerms("DE", oss=False, vat_number="DE136695977"), VatNumberMalformed),
        (SellerTerms("DE", oss=False, vat_number="136695976"), VatNumberMalformed),
        (SellerTerms("DE", oss=False, time_zone="Berlin"), TimeZoneUnknown),
        (SellerTerms("DE", oss=False, time_zone="Europe"), TimeZoneUnknown),
        (SellerTerms("DE", oss=False, time_zone="Europe/../../etc/passwd"), TimeZoneUnknown),
        (SellerTerms("DE", oss=False, time_zone="localtime"), TimeZoneUnknown),
        (SellerTerms("DE", oss=False, time_zone="right/Europe/Berlin"), TimeZoneUnknown),
        (SellerTerms("DE", oss=False, time_zone="Europe/Berlin\n"), TimeZoneUnknown),
        (SellerTerms("DE", oss=False, time_zone=""), TimeZoneUnknown),
        (SellerTerms("DE", oss=False, time_zone="A" * 10_000), TimeZoneUnknown),
    ],
)
def test_a_seller_that_means_nothing_is_refused(seller: SellerTerms, error: type[LedgerError]) -> None:
    book = rulebook()
    with pytest.raises(error):
        book.describe_seller(seller)
    assert not book.collect_events()


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20), st.sampled_from(["DE", "AT"])), max_size=30)


@given(SPANS)
def test_whatever_is_asked_no_day_ever_has_two_rules(spans: list[tuple[int, int, str]]) -> None:
    """TAX-4: of every scope and day there is one rule at most."""
    book = rulebook()
    for number, (begins, days, country) in enumerate(spans):
        since = FIRST + timedelta(days=begins)
        with suppress(TaxRuleOverlaps):
            book.create_rule(rule(number, Scope(country), since, since + timedelta(days=days)))
    for day in (FIRST + timedelta(days=number) for number in range(61)):
        scopes = [each.scope for each in book.rules.values() if each.valid_on(day)]
        assert len(scopes) == len(set(scopes))
