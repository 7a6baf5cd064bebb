"""Every event of documents: an invoice of a German seller for a customer in France, and its credit notes."""

from datetime import date
from uuid import UUID

from ledger.domain.address import Address
from ledger.domain.aggregate import Aggregate
from ledger.domain.invoicing.credit_note import CreditNote, CreditNoteTerms, Preceding
from ledger.domain.invoicing.document import (
    Charged,
    Credit,
    DocumentKind,
    DocumentNumber,
    InvoiceLine,
    Issuer,
    IssuerAddress,
    Mention,
)
from ledger.domain.invoicing.drafting import mentions_of
from ledger.domain.invoicing.invoice import Invoice, InvoiceTerms
from ledger.domain.invoicing.series import DocumentSeries, SeriesTerms
from ledger.domain.invoicing.settings import Invoicing, InvoicingTerms
from ledger.domain.tax.assessment import Rounding
from ledger.domain.tax.billing import Billing
from ledger.domain.tax.extraction import Breakdown, TaxedLine, breakdown, breakdown_by_line
from ledger.domain.tax.rate import ZERO, Rate
from ledger.domain.tax.rules import CustomerType
from ledger.domain.tax.taxed import TaxedAmount
from ledger.domain.values import Mode, Personal
from tests.support.examples import CHECKOUT, ORGANIZATION, PAYMENT, REFUND

INVOICE = UUID(int=0x88888888888888888888888888888888)
CREDIT_NOTE = UUID(int=0x99999999999999999999999999999999)
OTHER_REFUND = UUID(int=0xAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA)
NUMBER = DocumentNumber("INV-", 1)
CREDIT_NUMBER = DocumentNumber("CN-", 1)
SEAT = IssuerAddress("DE", "Torstraße 1", "Berlin", "10119", None)
INVOICING = InvoicingTerms("Ada's Cups GmbH", SEAT)
ISSUER = Issuer(INVOICING.legal_name, SEAT, "DE136695976")
BUYER = Billing(
    CustomerType.CONSUMER,
    Personal("Grace Hopper"),
    Address("FR", Personal("12 rue de la Paix"), Personal("Paris"), Personal("75002"), None),
    None,
)
NORMAL, REDUCED = Rate.of("20"), Rate.of("5.5")
SOLD = (TaxedLine(1200, "S", NORMAL), TaxedLine(799, "S", REDUCED), TaxedLine(100, "E", ZERO))


def charged(lines: tuple[TaxedLine, ...] = SOLD, rounding: Rounding = Rounding.GROUP) -> Charged:
    """Return what an invoice of these lines charges, named by their order."""
    extracted: Breakdown = (breakdown if rounding is Rounding.GROUP else breakdown_by_line)(lines)
    return Charged(
        "EUR",
        rounding,
        tuple(
            InvoiceLine(f"item {number}", 1, line.category, line.rate, each.gross, each.net)
            for number, (line, each) in enumerate(zip(lines, extracted.lines, strict=True), 1)
        ),
        tuple(
            TaxedAmount(group.category, group.rate, group.amounts.gross, group.amounts.net)
            for group in extracted.groups
        ),
    )


def invoice(what: Charged | None = None, invoice_id: UUID = INVOICE) -> Invoice:
    """Return an invoice that was just issued."""
    what = what or charged()
    terms = InvoiceTerms(
        organization_id=ORGANIZATION,
        mode=Mode.TEST,
        checkout_id=CHECKOUT,
        payment_id=PAYMENT,
        customer_id=UUID(int=14),
        merchant_reference="order-7",
        number=NUMBER,
        issue_day=date(2026, 1, 2),
        supply_day=date(2026, 1, 1),
        time_zone="Europe/Berlin",
        issuer=ISSUER,
        buyer=BUYER,
        charged=what,
        mentions=mentions_of(what.groups),
        tax_country="FR",
    )
    return Invoice.issue(invoice_id, terms)


def credit_note(credit: Credit, note_id: UUID = CREDIT_NOTE) -> CreditNote:
    """Return the credit note of a refund."""
    terms = CreditNoteTerms(
        organization_id=ORGANIZATION,
        mode=Mode.TEST,
        refund_id=REFUND,
        number=CREDIT_NUMBER,
        issue_day=date(2026, 1, 3),
        invoice=Preceding(INVOICE, NUMBER, date(2026, 1, 2)),
        issuer=ISSUER,
        buyer=BUYER,
        currency="EUR",
        credit=credit,
        mentions=(Mention.EXEMPT,),
        tax_country="FR",
    )
    return CreditNote.issue(note_id, terms)


def documents(beside: int = 0) -> list[Aggregate]:
    """Return documents, their numbers, and how they are issued, as their lives leave them; or others `beside`."""

    def own(stream_id: UUID) -> UUID:
        return UUID(int=stream_id.int ^ beside << 96)

    invoicing = Invoicing.open(own(UUID(int=19)), ORGANIZATION, Mode.TEST)
    invoicing.describe(INVOICING)
    series = DocumentSeries.open(own(UUID(int=20)), SeriesTerms(ORGANIZATION, Mode.TEST, DocumentKind.INVOICE, 0))
    issued = invoice(invoice_id=own(INVOICE))
    series.take(issued.id)
    credit = issued.credit(REFUND, 500, credit_note_id=own(CREDIT_NOTE), number=CREDIT_NUMBER)
    issued.fail_refund(REFUND)
    issued.repay(OTHER_REFUND, 500)
    return [invoicing, series, issued, credit_note(credit, own(CREDIT_NOTE))]
