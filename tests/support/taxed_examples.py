"""Every event of the tax of a checkout, and of the evidence it rests on."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from ledger.application.tax.deciding_tax import Whereabouts, decided
from ledger.domain.address import Address
from ledger.domain.aggregate import Aggregate
from ledger.domain.checkout import Checkout
from ledger.domain.session import Line
from ledger.domain.tax.assessment import Rounding
from ledger.domain.tax.billing import Billing
from ledger.domain.tax.evidence import EvidenceTerms, TaxEvidence
from ledger.domain.tax.location import LocationEvidence, LocationKind
from ledger.domain.tax.rate import Rate
from ledger.domain.tax.rulebook import Rulebook, SellerTerms
from ledger.domain.tax.rules import CustomerType, RuleTreatment, Scope, TaxRule
from ledger.domain.tax.taxed import NumberOnRecord, Taxed
from ledger.domain.tax.treatment import NumberState
from ledger.domain.values import Mode, Personal
from tests.support.examples import CHECKOUT, NOW, ORGANIZATION, PAYMENT, PRICE, REQUEST, TERMS, checkout

EVIDENCE = UUID(int=18)
TODAY = NOW.date()
SELLER = SellerTerms("DE", oss=True, vat_number="DE136695976", time_zone="Europe/Berlin", rounding=Rounding.GROUP)
FRENCH_RULE = TaxRule("txr_1", Scope("FR"), RuleTreatment.STANDARD, Rate.of("20"), date(2014, 1, 1))
GERMAN_RULE = TaxRule("txr_2", Scope("DE"), RuleTreatment.STANDARD, Rate.of("19"), date(2021, 1, 1))
TAXED_TERMS = replace(
    TERMS,
    automatic_tax=True,
    lines=(Line("Espresso cups", 1, PRICE, "standard"),),
    location=(LocationEvidence(LocationKind.BANK, "FR"),),
)
BILLING = Billing(
    CustomerType.BUSINESS,
    Personal("Atelier Ada SAS"),
    Address("FR", Personal("12 rue de la Paix"), Personal("Paris"), Personal("75002"), None),
    "FR40303265045",
)
EVIDENCE_TERMS = EvidenceTerms(
    organization_id=ORGANIZATION,
    mode=Mode.TEST,
    checkout_id=CHECKOUT,
    number="FR40303265045",
    requester="DE136695976",
    state=NumberState.VALID,
    reason=None,
    source="live",
    checked_at=NOW,
    consultation_number="WAPIAAAAY1234567",
    answered_on="2026-01-01+01:00",
    name=Personal("SA ATELIER ADA"),
    address=Personal("12 RUE DE LA PAIX\n75002 PARIS"),
    raw_sha256="ab" * 32,
)


def rulebook() -> Rulebook:
    """Return the rulebook of a German seller who declares through the One-Stop Shop."""
    book = Rulebook.open(UUID(int=17), ORGANIZATION, Mode.TEST)
    book.describe_seller(SELLER)
    book.create_rule(FRENCH_RULE, REQUEST)
    book.create_rule(GERMAN_RULE)
    return book


def number(state: NumberState, *, is_stale: bool = False) -> NumberOnRecord:
    """Return the French number with what is known of it."""
    reason = "ms_unavailable" if is_stale or state is NumberState.UNKNOWN else None
    consultation = "WAPIAAAAY1234567" if state is NumberState.VALID else None
    return NumberOnRecord("FR40303265045", state, is_stale, reason, NOW, EVIDENCE, consultation)


def taxed(state: NumberState, *, is_stale: bool = False, day: date = TODAY) -> Taxed:
    """Return the tax of the order for the French business whose number is in that state."""
    where = Whereabouts(BILLING.customer, "FR", "75002", "FR")
    return decided(TAXED_TERMS, where, number(state, is_stale=is_stale), rulebook(), day)


def billed(tax: Taxed) -> Checkout:
    """Return a checkout for which the French business is billed."""
    opened = checkout(TAXED_TERMS)
    opened.set_billing(BILLING, tax, now=NOW)
    return opened


def taxation() -> list[Aggregate]:
    """Return checkouts and evidence, as their lives leave them."""
    corrected, confirmed = billed(taxed(NumberState.UNKNOWN)), billed(taxed(NumberState.UNKNOWN))
    corrected.renew_tax(taxed(NumberState.UNKNOWN, day=date(2026, 1, 2)))
    corrected.start(PAYMENT, now=NOW)
    corrected.settle_doubt(taxed(NumberState.VALID, day=date(2026, 1, 2)))
    confirmed.settle_doubt(taxed(NumberState.INVALID))
    return [corrected, confirmed, TaxEvidence.record(EVIDENCE, EVIDENCE_TERMS)]
