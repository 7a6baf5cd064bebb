"""Deciding the tax of an order: by the rules of the day, for a place, with what is known of a VAT number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from ledger.domain.session import Terms
from ledger.domain.tax.assessment import SaleLine, assess
from ledger.domain.tax.billing import TaxNotConfigured
from ledger.domain.tax.location import LocationEvidence, LocationKind
from ledger.domain.tax.rulebook import Rulebook, SellerTerms
from ledger.domain.tax.rules import CustomerType
from ledger.domain.tax.taxed import Basis, NumberOnRecord, Taxed, taxed
from ledger.domain.tax.territory import territory_of
from ledger.domain.tax.treatment import Buyer, NumberState, Seller
from ledger.domain.vat.members import PREFIXES

_PREFIX: Final = 2


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Who buys, where they say they are, and where else they are seen to be (`ip_country`, ISO 3166-1)."""

    customer: CustomerType
    country: str
    postcode: str | None
    ip_country: str | None = None


def seller_of(rulebook: Rulebook | None) -> SellerTerms:
    """Return what the organization said of itself; raise `TaxNotConfigured`."""
    if rulebook is None or rulebook.seller is None:
        raise TaxNotConfigured
    return rulebook.seller


def day_of(seller: SellerTerms, now: datetime) -> date:
    """Return the seller's day at `now`, by which the rules go."""
    return now.astimezone(ZoneInfo(seller.time_zone)).date()


def decided(terms: Terms, where: Whereabouts, number: NumberOnRecord | None, rulebook: Rulebook, day: date) -> Taxed:
    """Return the tax of a checkout's order; raise `TaxNotConfigured` or `TaxRuleMissing`."""
    seller = seller_of(rulebook)
    state = NumberState.ABSENT if number is None else number.state
    buyer = Buyer(where.country, where.postcode, where.customer, state)
    lines, rules = _lines(terms), tuple(rulebook.rules.values())
    assessment = assess(Seller(seller.country, seller.oss), buyer, lines, day, rules, seller.rounding)
    basis = Basis(
        day=day,
        rulebook_id=rulebook.id,
        rulebook_version=rulebook.version,
        seller=seller,
        customer=where.customer,
        country=where.country,
        territory=territory_of(where.country, where.postcode).key,
        number=number,
        location=tuple(_location(terms, where, number)),
    )
    return taxed(terms.amount.currency, basis, lines, assessment)


def _lines(terms: Terms) -> list[SaleLine]:
    if not terms.lines:
        return [SaleLine(terms.amount.minor)]
    return [SaleLine(line.quantity * line.unit.minor, line.tax_category) for line in terms.lines]


def _location(terms: Terms, where: Whereabouts, number: NumberOnRecord | None) -> Iterable[LocationEvidence]:
    yield LocationEvidence(LocationKind.BILLING_ADDRESS, _belongs_to(where.country, where.postcode))
    if number is not None and number.state is NumberState.VALID:
        yield LocationEvidence(LocationKind.VAT_NUMBER, PREFIXES[number.number[:_PREFIX]])
    if where.ip_country is not None:
        yield LocationEvidence(LocationKind.IP_ADDRESS, _belongs_to(where.ip_country))
    for each in terms.location:
        yield LocationEvidence(each.kind, _belongs_to(each.country))


def _belongs_to(country: str, postcode: str | None = None) -> str:
    # Monaco and Åland have codes of their own, and belong to France and Finland.
    return territory_of(country, postcode).country
