"""What the invoice of a paid checkout says, in the very amounts and under the very decisions of its tax (TAX-4)."""

from typing import Final

from ledger.domain.checkout import Checkout
from ledger.domain.invoicing.document import Charged, InvoiceLine, Mention
from ledger.domain.tax.assessment import Rounding
from ledger.domain.tax.discount import discounted
from ledger.domain.tax.extraction import TaxedLine, breakdown, breakdown_by_line
from ledger.domain.tax.rules import RuleTreatment
from ledger.domain.tax.taxed import Taxed, TaxedAmount
from ledger.domain.tax.territory import country_of
from ledger.domain.tax.treatment import OUT_OF_SCOPE, REVERSE_CHARGE

UNNAMED: Final = "Order"
"""How an order is called whose merchant told neither lines nor a reference."""
_MENTIONS: Final = {
    REVERSE_CHARGE: Mention.REVERSE_CHARGE,
    RuleTreatment.EXEMPT.value: Mention.EXEMPT,
    RuleTreatment.ZERO.value: Mention.ZERO_RATED,
    OUT_OF_SCOPE: Mention.OUT_OF_SCOPE,
}


def charged_of(checkout: Checkout, paid_minor: int) -> Charged:
    """Return what the invoice charges, which is what was paid, to the minor unit (TAX-1).

    Where a merchant took less than was agreed, each line bears its share of what was left off, at its own rate.
    """
    taxed = _taxed(checkout)
    left_off = taxed.total.gross - paid_minor
    assert left_off >= 0, "nobody takes more than was agreed"
    lines, groups = (taxed.lines, taxed.groups) if not left_off else _reduced(taxed, left_off)
    named = [(line.name, line.quantity) for line in checkout.terms.lines]
    named = named or [(checkout.terms.merchant_reference or UNNAMED, 1)]
    return Charged(
        taxed.currency,
        taxed.basis.seller.rounding,
        tuple(
            InvoiceLine(name, quantity, line.category, line.rate, line.gross, line.net)
            for (name, quantity), line in zip(named, lines, strict=True)
        ),
        groups,
    )


def mentions_of(groups: tuple[TaxedAmount, ...]) -> tuple[Mention, ...]:
    """Return what has to be said of amounts in which there is no tax, in the order of the groups."""
    return tuple(_MENTIONS[group.category] for group in groups if group.category in _MENTIONS)


def tax_country_of(checkout: Checkout) -> str:
    """Return the country that the tax is owed to: one for the whole order, since seller, customer and day are."""
    return country_of(_taxed(checkout).decisions[0].decision.taxed_in)


def _reduced(taxed: Taxed, left_off: int) -> tuple[tuple[TaxedAmount, ...], tuple[TaxedAmount, ...]]:
    before = [TaxedLine(line.gross, line.category, line.rate) for line in taxed.lines]
    after = discounted(before, left_off)
    by_line = taxed.basis.seller.rounding is Rounding.LINE
    extracted = breakdown_by_line(after) if by_line else breakdown(after)
    lines = tuple(
        TaxedAmount(line.category, line.rate, each.gross, each.net)
        for line, each in zip(after, extracted.lines, strict=True)
    )
    groups = tuple(
        TaxedAmount(each.category, each.rate, each.amounts.gross, each.amounts.net) for each in extracted.groups
    )
    return lines, groups


def _taxed(checkout: Checkout) -> Taxed:
    assert checkout.taxed is not None, "what was not taxed is not invoiced"
    return checkout.taxed
