"""Tax as it was decided for one order: the amounts, why, and on what it rests; frozen in an event (TAX-4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from ledger.domain.tax.assessment import Assessment, SaleLine
from ledger.domain.tax.extraction import Extracted
from ledger.domain.tax.location import LocationEvidence
from ledger.domain.tax.rate import Rate
from ledger.domain.tax.rulebook import SellerTerms
from ledger.domain.tax.rules import CustomerType
from ledger.domain.tax.treatment import Decision, NumberState


@dataclass(frozen=True, slots=True)
class NumberOnRecord:
    """A VAT number and what was known of it at `checked_at`; the register's answer is in `evidence_id`.

    Of a `stale` answer the register confirmed nothing that day; `reason` says why nothing newer is known.
    """

    number: str
    state: NumberState
    is_stale: bool
    reason: str | None
    checked_at: datetime
    evidence_id: UUID
    consultation_number: str | None

    @property
    def is_doubtful(self) -> bool:
        """Whether the register is to be asked again (VAT-5)."""
        return self.state is NumberState.UNKNOWN or self.is_stale

    @property
    def known(self) -> tuple[str, NumberState, bool]:
        """What it says, without when and where it was found out."""
        return (self.number, self.state, self.is_stale)


@dataclass(frozen=True, slots=True)
class Basis:
    """What the decision rests on. `day` is the tax point, a day of the seller's time zone.

    The rules are those of the rulebook as it was at `rulebook_version`; `country` is the address's, `territory` the
    key of the place of taxation. The first piece of `location` is what it was decided by.
    """

    day: date
    rulebook_id: UUID
    rulebook_version: int
    seller: SellerTerms
    customer: CustomerType
    country: str
    territory: str
    number: NumberOnRecord | None
    location: tuple[LocationEvidence, ...]


@dataclass(frozen=True, slots=True)
class ProductDecision:
    """How one product category was decided."""

    product: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class TaxedAmount:
    """A gross amount of a line or a group, and its net; the rest is tax. Minor units of the order's currency."""

    category: str
    rate: Rate
    gross: int
    net: int

    @property
    def tax(self) -> int:
        """The tax in it."""
        return self.gross - self.net


@dataclass(frozen=True, slots=True)
class Taxed:
    """The tax of an order: each line's in the order's own order, and each group's of one category and rate."""

    currency: str
    basis: Basis
    decisions: tuple[ProductDecision, ...]
    lines: tuple[TaxedAmount, ...]
    groups: tuple[TaxedAmount, ...]

    @property
    def total(self) -> Extracted:
        """The order's gross amount, and all the tax in it."""
        return Extracted(sum(group.gross for group in self.groups), sum(group.tax for group in self.groups))

    @property
    def is_doubtful(self) -> bool:
        """Whether it rests on a VAT number that the register has not spoken about."""
        return self.basis.number is not None and self.basis.number.is_doubtful

    def says_the_same(self, other: "Taxed") -> bool:
        """Tell whether the other rests on the same and comes to the same, whenever the register was asked."""
        return _timeless(self) == _timeless(other)

    def comes_to_the_same(self, other: "Taxed") -> bool:
        """Tell whether the other has the same amounts under the same categories and rates."""
        return self.groups == other.groups and self.lines == other.lines


def taxed(currency: str, basis: Basis, lines: Sequence[SaleLine], assessment: Assessment) -> Taxed:
    """Return what `assessment` made of `lines`, as it goes into an event."""
    by_product = {line.product: decision for line, decision in zip(lines, assessment.decisions, strict=True)}
    shares = zip(assessment.decisions, assessment.breakdown.lines, strict=True)
    return Taxed(
        currency,
        basis,
        tuple(ProductDecision(product, decision) for product, decision in by_product.items()),
        tuple(TaxedAmount(decision.category, decision.rate, share.gross, share.net) for decision, share in shares),
        tuple(
            TaxedAmount(group.category, group.rate, group.amounts.gross, group.amounts.net)
            for group in assessment.breakdown.groups
        ),
    )


def _timeless(one: Taxed) -> tuple[object, ...]:
    number = one.basis.number
    basis = replace(one.basis, number=None)
    return (one.currency, basis, None if number is None else number.known, one.decisions, one.lines, one.groups)
