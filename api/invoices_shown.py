"""What the API answers about invoices, credit notes, and how they are issued, as schemas."""

from typing import Literal

from api.billing_shown import Address, Billing, TaxedAt, TaxedPrice
from api.representing import ModeName, Money, Representation

Mention = Literal["reverse_charge", "exempt", "zero_rated", "out_of_scope"]


class Invoicing(Representation):
    """How the organization invoices. What was issued before keeps its name, its address and its number."""

    object: Literal["invoicing"]
    mode: ModeName
    legal_name: str
    address: Address
    invoice_prefix: str
    credit_note_prefix: str
    updated_at: str


class Issuer(Representation):
    """The organization, as it was when the document was issued."""

    name: str
    address: Address
    vat_number: str | None


class InvoiceLine(TaxedAt):
    """A line of an invoice, of which the amounts are for all of its `quantity`."""

    number: int
    name: str
    quantity: int


class CreditedLine(TaxedAt):
    """Part of the `number`th line of an invoice."""

    number: int
    name: str


class CreditNoteSeen(Representation):
    """A credit note of an invoice, and the refund that it was issued for."""

    id: str
    number: str
    refund_id: str
    total: TaxedPrice


class Repayment(Representation):
    """A refund, and how much of it paid what an earlier credit note had left owed."""

    refund_id: str
    amount: Money


class Document(Representation):
    """What invoices and credit notes have in common. Days are those of the seller's time zone.

    `groups` are the amounts by category (EN 16931) and rate; `mentions` is what has to be said where there is no tax,
    which is owed to `tax_country`.
    """

    id: str
    mode: ModeName
    number: str
    issue_day: str
    issuer: Issuer
    buyer: Billing
    groups: list[TaxedAt]
    total: TaxedPrice
    mentions: list[Mention]
    tax_country: str
    created_at: str
    updated_at: str


class Invoice(Document):
    """An invoice of what was paid. It never changes; `credited` is what its credit notes have taken back of it.

    What was credited and did not arrive is `owed` to the customer again: the `failed_refund_ids` say why, and the
    `repayments` which refunds have paid it since, without another credit note. `rounding` is that of the tax.
    """

    object: Literal["invoice"]
    checkout_id: str
    payment_id: str
    customer_id: str | None
    merchant_reference: str | None
    supply_day: str
    lines: list[InvoiceLine]
    rounding: Literal["group", "line"]
    credited: TaxedPrice
    credit_notes: list[CreditNoteSeen]
    owed: Money
    failed_refund_ids: list[str]
    repayments: list[Repayment]


class InvoiceSeen(Representation):
    """The invoice that a credit note refers to."""

    id: str
    number: str
    issue_day: str


class CreditNote(Document):
    """What a refund takes back of an invoice, line by line and group by group, at the invoice's own rates."""

    object: Literal["credit_note"]
    invoice: InvoiceSeen
    refund_id: str
    lines: list[CreditedLine]


class InvoiceList(Representation):
    """Invoices, newest first; `next_cursor` goes on where the list ends, null at the end."""

    items: list[Invoice]
    next_cursor: str | None


class CreditNoteList(Representation):
    """Credit notes, newest first; `next_cursor` goes on where the list ends, null at the end."""

    items: list[CreditNote]
    next_cursor: str | None
