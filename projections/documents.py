"""What invoices and credit notes have in common where they are shown: who issued them to whom, and their amounts."""

from typing import Any

from ledger.domain.invoicing.credit_note import CreditNoteTerms
from ledger.domain.invoicing.document import CreditedLine, InvoiceLine, Issuer, IssuerAddress
from ledger.domain.invoicing.invoice import InvoiceTerms
from ledger.domain.tax.extraction import Extracted
from ledger.domain.tax.taxed import TaxedAmount
from projections.checkout_tax import amount_at, amounts, whom


def parties(terms: InvoiceTerms | CreditNoteTerms) -> dict[str, Any]:
    """Show who issued a document, and to whom, as they were then (INV-11)."""
    return {"issuer": _issuer(terms.issuer), "buyer": whom(terms.buyer)}


def taxes(groups: tuple[TaxedAmount, ...], total: Extracted, currency: str) -> dict[str, Any]:
    """Show the amounts of a document by category and rate, and altogether."""
    return {
        "groups": [amount_at(group, currency) for group in groups],
        "total": amounts(total.gross, total.net, currency),
    }


def line(number: int, each: InvoiceLine | CreditedLine, currency: str) -> dict[str, Any]:
    """Show a line of an invoice, or part of its `number`th."""
    counted = {"quantity": each.quantity} if isinstance(each, InvoiceLine) else {}
    return {
        "number": number,
        "name": each.name,
        **counted,
        **amount_at(TaxedAmount(each.category, each.rate, each.gross, each.net), currency),
    }


def address(shown: IssuerAddress) -> dict[str, Any]:
    """Show an organization's address."""
    return {
        "country": shown.country,
        "street": shown.street,
        "city": shown.city,
        "postcode": shown.postcode,
        "region": shown.region,
    }


def _issuer(issuer: Issuer) -> dict[str, Any]:
    return {"name": issuer.name, "address": address(issuer.address), "vat_number": issuer.vat_number}
