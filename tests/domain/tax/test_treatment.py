"""How a supply is taxed: where, to whom, with which number, on which day."""

from datetime import date

import pytest

from ledger.domain.tax.rate import ZERO, Rate
from ledger.domain.tax.rules import (
    CustomerType,
    RuleTreatment,
    Scope,
    TaxRule,
    TaxRuleContradictory,
    TaxRuleMissing,
    TaxRuleOverlaps,
    require_no_overlap,
    rule_for,
)
from ledger.domain.tax.territory import territory_of
from ledger.domain.tax.treatment import Buyer, Decision, NumberState, Seller, Treatment, decide

DAY = date(2026, 11, 22)
FOR_EVER = date(2000, 1, 1)
BERLIN = Seller("DE", oss=True)
CONSUMER, BUSINESS = CustomerType.CONSUMER, CustomerType.BUSINESS


def rule(
    rule_id: str,
    rate: str,
    *,
    scope: Scope | None = None,
    since: date = FOR_EVER,
    until: date | None = None,
    treatment: RuleTreatment = RuleTreatment.STANDARD,
) -> TaxRule:
    return TaxRule(rule_id, scope or Scope(rule_id), treatment, Rate.of(rate), since, until)


RULES = (
    rule("DE", "19"),
    rule("AT", "20"),
    rule("AT-JUN", "19", scope=Scope("AT", "AT-JUN")),
    rule("ES", "21"),
    rule("FR", "20"),
    rule("HR", "25"),
    rule("GR", "24"),
    rule("PT", "23"),
    rule("PT-30", "22", scope=Scope("PT", "PT-30")),
)


def decided(
    country: str,
    postcode: str | None = None,
    customer: CustomerType = CONSUMER,
    number: NumberState = NumberState.ABSENT,
    *,
    seller: Seller = BERLIN,
    rules: tuple[TaxRule, ...] = RULES,
) -> Decision:
    return decide(seller, Buyer(country, postcode, customer, number), "standard", DAY, rules)


@pytest.mark.parametrize(
    ("country", "postcode", "customer", "number", "category", "percent"),
    [
        ("DE", "10115", CONSUMER, NumberState.ABSENT, "S", "19"),
        ("DE", "10115", BUSINESS, NumberState.VALID, "S", "19"),
        ("AT", None, BUSINESS, NumberState.VALID, "AE", "0"),
        ("AT", None, BUSINESS, NumberState.UNKNOWN, "S", "20"),
        ("AT", None, BUSINESS, NumberState.INVALID, "S", "20"),
        ("AT", None, BUSINESS, NumberState.ABSENT, "S", "20"),
        ("AT", None, CONSUMER, NumberState.VALID, "S", "20"),
        ("GR", None, BUSINESS, NumberState.VALID, "AE", "0"),
        ("US", "90210", CONSUMER, NumberState.ABSENT, "O", "0"),
        ("CH", "8001", CONSUMER, NumberState.ABSENT, "O", "0"),
        ("ES", "35001", CONSUMER, NumberState.ABSENT, "O", "0"),
        ("ES", "28001", CONSUMER, NumberState.ABSENT, "S", "21"),
        ("IT", "22061", CONSUMER, NumberState.ABSENT, "O", "0"),
        ("DE", "27498", CONSUMER, NumberState.ABSENT, "O", "0"),
        ("FI", "22100", CONSUMER, NumberState.ABSENT, "O", "0"),
        ("FR", "98000", CONSUMER, NumberState.ABSENT, "S", "20"),
        ("PT", "9000-001", CONSUMER, NumberState.ABSENT, "S", "22"),
        ("AT", "6691", CONSUMER, NumberState.ABSENT, "S", "19"),
        ("IM", "IM1 1AA", CONSUMER, NumberState.ABSENT, "O", "0"),
        ("GB", "BT1 1AA", BUSINESS, NumberState.VALID, "O", "0"),
        ("HR", "10000", CONSUMER, NumberState.ABSENT, "S", "25"),
    ],
)
def test_a_supply_is_taxed(
    country: str, postcode: str | None, customer: CustomerType, number: NumberState, category: str, percent: str
) -> None:
    """TAX-4, TAX-5 and VAT-1: an unknown number is not a valid one, and reverse charge has no tax."""
    decision = decided(country, postcode, customer, number)
    assert (decision.category, decision.rate.percent) == (category, percent)


def test_a_seller_below_the_threshold_taxes_at_home() -> None:
    decision = decided("FR", "75001", seller=Seller("DE", oss=False))
    assert (decision.treatment, decision.rate.percent, decision.taxed_in) == (Treatment.ORIGIN, "19", "DE")


def test_a_seller_outside_the_union_has_no_threshold() -> None:
    """Directive 2006/112/EC, article 59c: it is for sellers established in one member state."""
    decision = decided("FR", "75001", seller=Seller("CH", oss=False))
    assert (decision.treatment, decision.rate.percent, decision.taxed_in) == (Treatment.DESTINATION, "20", "FR")


@pytest.mark.parametrize(("country", "postcode"), [("GB", "BT1 5GS"), ("IM", "IM1 1AA"), ("GB", "SW1A 1AA")])
def test_a_british_seller_is_at_home_in_belfast_and_douglas(country: str, postcode: str) -> None:
    """For services the United Kingdom's tax is one, and the Isle of Man's the same."""
    decision = decided(country, postcode, seller=Seller("GB", oss=False), rules=(*RULES, rule("GB", "20")))
    assert (decision.treatment, decision.rate.percent) == (Treatment.DOMESTIC, "20")


def test_a_seller_registered_abroad_taxes_by_its_rule() -> None:
    """A Swiss customer of an organization that is registered in Switzerland."""
    decision = decided("CH", "8001", rules=(*RULES, rule("CH", "8.1")))
    assert (decision.treatment, decision.rate.percent) == (Treatment.REGISTERED_ABROAD, "8.1")


def test_a_decision_says_how_it_came_about() -> None:
    """TAX-4: the rule and every step are in the decision, which goes into the event."""
    decision = decided("FR", "75001")
    assert decision.rule_id == "FR"
    assert decision.steps == (
        "the customer is in FR",
        "that is in the EU's area of VAT on 2026-11-22, and not the seller's country",
        "the seller declares through the One-Stop Shop: taxed where the customer is",
        "rule FR: standard, 20 %",
    )


def test_where_there_is_no_rule_nothing_is_guessed() -> None:
    with pytest.raises(TaxRuleMissing):
        decided("PL", "00-001")


def test_a_country_does_not_lend_its_rate_to_a_place_with_rates_of_its_own() -> None:
    with pytest.raises(TaxRuleMissing):
        decided("PT", "9500-001")


def test_the_rule_of_the_day_counts() -> None:
    """TAX-4: half-open: the new rate begins on its first day, and the old one is not asked any more."""
    change = date(2024, 9, 1)
    rules = (rule("old", "24", scope=Scope("FI"), until=change), rule("new", "25.5", scope=Scope("FI"), since=change))
    rates = [
        rule_for(rules, territory_of("FI"), CONSUMER, "standard", day).rate.percent
        for day in (date(2024, 8, 31), change)
    ]
    assert rates == ["24", "25.5"]


def test_the_most_closely_drawn_rule_counts() -> None:
    rules = (
        rule("all", "20", scope=Scope("FR")),
        rule("books", "5.5", scope=Scope("FR", product="book")),
        rule("books to businesses", "2.1", scope=Scope("FR", product="book", customer=BUSINESS)),
    )
    found = [
        rule_for(rules, territory_of("FR"), customer, product, DAY).rule_id
        for customer, product in ((CONSUMER, "shirt"), (CONSUMER, "book"), (BUSINESS, "book"))
    ]
    assert found == ["all", "books", "books to businesses"]


@pytest.mark.parametrize(
    ("since", "until", "overlap"),
    [
        (date(2026, 1, 1), None, True),
        (date(2025, 1, 1), date(2025, 6, 1), False),
        (date(2025, 1, 1), date(2025, 6, 2), True),
        (date(2026, 6, 1), None, False),
    ],
)
def test_rules_of_one_scope_do_not_overlap(since: date, until: date | None, *, overlap: bool) -> None:
    standing = rule("standing", "19", scope=Scope("DE"), since=date(2025, 6, 1), until=date(2026, 6, 1))
    another = rule("another", "20", scope=Scope("DE"), since=since, until=until)
    if not overlap:
        require_no_overlap(another, [standing])
        return
    with pytest.raises(TaxRuleOverlaps):
        require_no_overlap(another, [standing])


@pytest.mark.parametrize(
    "wrong",
    [
        rule("ends first", "19", scope=Scope("DE"), since=DAY, until=DAY),
        TaxRule("exempt at 19", Scope("DE"), RuleTreatment.EXEMPT, Rate.of("19"), FOR_EVER),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(wrong: TaxRule) -> None:
    with pytest.raises(TaxRuleContradictory):
        wrong.require_sound()


def test_exempt_and_zero_are_rules_without_tax() -> None:
    exempt = rule("DE", "0", treatment=RuleTreatment.EXEMPT)
    exempt.require_sound()
    decision = decided("DE", rules=(exempt,))
    assert (decision.category, decision.rate) == ("E", ZERO)
