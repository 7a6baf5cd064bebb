"""Every event of a rulebook of tax."""

from datetime import date
from uuid import UUID

from ledger.domain.aggregate import Aggregate
from ledger.domain.tax.assessment import Rounding
from ledger.domain.tax.rate import ZERO, Rate
from ledger.domain.tax.rulebook import Rulebook, SellerTerms
from ledger.domain.tax.rules import CustomerType, RuleTreatment, Scope, TaxRule
from ledger.domain.values import Mode
from tests.support.examples import ORGANIZATION, REQUEST

RULEBOOK = UUID(int=0x77777777777777777777777777777777)
SELLER = SellerTerms("DE", oss=True, vat_number="DE136695976", time_zone="Europe/Berlin", rounding=Rounding.LINE)
GERMAN = TaxRule(
    f"txr_{1:032x}", Scope("DE"), RuleTreatment.STANDARD, Rate.of("19"), date(2021, 1, 1), date(2027, 1, 1)
)
AZOREAN = TaxRule(
    f"txr_{2:032x}",
    Scope("PT", "PT-20", CustomerType.CONSUMER, "reduced"),
    RuleTreatment.STANDARD,
    Rate.of("9"),
    date(2021, 7, 1),
)
EXEMPT = TaxRule(f"txr_{3:032x}", Scope("DE", product="insurance"), RuleTreatment.EXEMPT, ZERO, date(2019, 1, 1))


def rulebooks() -> list[Aggregate]:
    """Return a rulebook as its life leaves it."""
    book = Rulebook.open(RULEBOOK, ORGANIZATION, Mode.TEST)
    book.describe_seller(SELLER)
    book.describe_seller(SellerTerms("CH", oss=False))
    book.create_rule(GERMAN, REQUEST)
    book.end_rule(GERMAN.rule_id, date(2026, 7, 1))
    book.import_rules([AZOREAN, EXEMPT])
    book.import_rules(
        [TaxRule(EXEMPT.rule_id, EXEMPT.scope, EXEMPT.treatment, ZERO, EXEMPT.valid_from, date(2027, 1, 1))]
    )
    return [book]
