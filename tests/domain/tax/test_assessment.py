"""The tax of an order: decided line by line, extracted for the whole document."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.money import EXPONENTS, Money
from ledger.domain.tax.assessment import Assessment, Rounding, SaleLine, assess
from ledger.domain.tax.extraction import Extracted, breakdown
from ledger.domain.tax.rate import Rate
from ledger.domain.tax.rules import CustomerType, RuleTreatment, Scope, TaxRule, TaxRuleMissing
from ledger.domain.tax.treatment import Buyer, NumberState, Seller, Treatment

DAY = date(2026, 11, 23)
SELLER = Seller("DE", oss=True)
PARIS = Buyer("FR", "75001", CustomerType.CONSUMER)
FRENCH_BUSINESS = Buyer("FR", "75001", CustomerType.BUSINESS, NumberState.VALID)


def rule(name: str, country: str, rate: str, product: str | None = None, treatment: str = "S") -> TaxRule:
    scope = Scope(country, product=product)
    return TaxRule(name, scope, RuleTreatment(treatment), Rate.of(rate), date(2019, 1, 1))


RULES = (
    rule("standard", "FR", "20"),
    rule("books", "FR", "5.5", "books"),
    rule("insurance", "FR", "0", "insurance", "E"),
    rule("exports", "FR", "0", "exports", "Z"),
)


def assessed(*lines: SaleLine, buyer: Buyer = PARIS, rounding: Rounding = Rounding.GROUP) -> Assessment:
    return assess(SELLER, buyer, lines, DAY, RULES, rounding)


def told(found: Assessment) -> list[tuple[str, str, str | None]]:
    return [(each.category, each.rate.percent, each.rule_id) for each in found.decisions]


def test_each_line_is_decided_by_its_product() -> None:
    """TAX-1 and TAX-4: a product without a rule of its own is under the country's rule for any."""
    found = assessed(SaleLine(12_000), SaleLine(1_055, "books"), SaleLine(500, "insurance"), SaleLine(99, "shirts"))
    assert told(found) == [
        ("S", "20", "standard"),
        ("S", "5.5", "books"),
        ("E", "0", "insurance"),
        ("S", "20", "standard"),
    ]
    assert found.breakdown.total == Extracted(13_654, 2_017 + 55)


def test_a_given_rate_stands_in_for_the_rule() -> None:
    given_rate = assessed(SaleLine(1_055, rate=Rate.of("5.5"))).decisions[0]
    assert (given_rate.category, given_rate.rate.percent, given_rate.rule_id) == ("S", "5.5", None)
    assert given_rate.steps[-1] == "the given rate of 5.5 % stands in for the rule's"
    assert given_rate.treatment is Treatment.DESTINATION


def test_a_given_rate_that_is_the_rules_own_changes_nothing() -> None:
    assert assessed(SaleLine(100, rate=Rate.of("20"))) == assessed(SaleLine(100))


def test_a_given_rate_of_nothing_is_zero_rated_and_a_zero_rated_product_can_be_given_one() -> None:
    """EN 16931 BR-S-05 and BR-Z-05: S has a rate above zero, Z has none."""
    found = assessed(SaleLine(100, rate=Rate.of("0")), SaleLine(100, "exports", Rate.of("20")))
    assert told(found) == [("Z", "0", None), ("S", "20", None)]


@pytest.mark.parametrize(
    ("buyer", "product", "category"),
    [
        (FRENCH_BUSINESS, "standard", "AE"),
        (Buyer("CH", "8001", CustomerType.CONSUMER), "standard", "O"),
        (PARIS, "insurance", "E"),
    ],
)
def test_a_given_rate_taxes_nothing_that_bears_no_tax(buyer: Buyer, product: str, category: str) -> None:
    """TAX-5: under reverse charge the tax is 0 whatever rate was given, and the steps say so."""
    found = assessed(SaleLine(10_000, product, Rate.of("20")), buyer=buyer)
    assert (found.decisions[0].category, found.decisions[0].rate.percent) == (category, "0")
    assert "20 % does not count" in found.decisions[0].steps[-1]
    assert found.breakdown.total == Extracted(10_000, 0)


def test_rounding_is_by_group_or_by_line_and_never_both() -> None:
    """TAX-7: the same three lines under either setting."""
    lines = [SaleLine(99)] * 3
    assert assessed(*lines).breakdown.total.tax == 50
    assert assessed(*lines, rounding=Rounding.LINE).breakdown.total.tax == 51


def test_nothing_is_guessed_without_a_rule() -> None:
    with pytest.raises(TaxRuleMissing):
        assessed(SaleLine(100), buyer=Buyer("PL", "00-001", CustomerType.CONSUMER))


def test_an_order_without_lines_has_no_tax() -> None:
    assert assessed().breakdown == breakdown([])


@given(
    st.sampled_from(sorted(EXPONENTS)),
    st.lists(
        st.builds(
            SaleLine,
            st.integers(-(10**12), 10**12),
            st.sampled_from(["standard", "books", "insurance", "exports"]),
            st.none() | st.sampled_from(["0", "2.1", "8.1", "25.5"]).map(Rate.of),
        ),
        max_size=30,
    ),
    st.sampled_from([PARIS, FRENCH_BUSINESS]),
    st.sampled_from(Rounding),
)
def test_totals_always_equal_the_prices(
    currency: str, lines: list[SaleLine], buyer: Buyer, rounding: Rounding
) -> None:
    """TAX-1, in every currency of ISO 4217: to the last minor unit, whoever buys what at whichever rate."""
    found = assessed(*lines, buyer=buyer, rounding=rounding).breakdown
    paid = Money(sum(each.gross for each in lines), currency)
    assert Money(found.total.net + found.total.tax, currency) == paid
    assert [each.gross for each in found.lines] == [each.gross for each in lines]
    assert sum(each.tax for each in found.lines) == found.total.tax
