"""A credit note: part of an invoice taken back, because part of its price was given back."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.invoicing.document import Credit, DocumentNumber, Issuer, Mention
from ledger.domain.journal import Postings, refunds, tax_payable, transfer
from ledger.domain.money import Money
from ledger.domain.tax.billing import Billing
from ledger.domain.values import Mode


@dataclass(frozen=True, slots=True)
class Preceding:
    """The invoice that a credit note refers to, unambiguously (Directive 2006/112/EC, article 219; INV-5)."""

    invoice_id: UUID
    number: DocumentNumber
    issue_day: date


@dataclass(frozen=True, slots=True)
class CreditNoteTerms:
    """What a credit note says for good: of which invoice, because of which refund, and how much of each line.

    It names the parties as the invoice does.
    """

    organization_id: UUID
    mode: Mode
    refund_id: UUID
    number: DocumentNumber
    issue_day: date
    invoice: Preceding
    issuer: Issuer
    buyer: Billing
    currency: str
    credit: Credit
    mentions: tuple[Mention, ...]
    tax_country: str


class CreditNote(aggregate.Aggregate):
    """A credit note (`cn_…`), whose id is derived from the refund. Nothing ever happens to it."""

    TOPIC = "credit_note"

    class Event(aggregate.Event):
        """A fact about a credit note."""

    class Issued(Event, aggregate.Created):
        """The credit note is there; the tax in what was given back is not owed any more."""

        TOPIC = "credit_note.issued"
        terms: CreditNoteTerms
        amount: Money
        postings: Postings

    @event(Issued)
    def __init__(self, terms: CreditNoteTerms, amount: Money, postings: Postings) -> None:
        self.terms = terms
        self.amount = amount

    @classmethod
    def issue(cls, credit_note_id: UUID, terms: CreditNoteTerms) -> "CreditNote":
        """Issue a credit note; its number, and what it takes back of the invoice, are in the same append."""
        total, currency = terms.credit.total, terms.currency
        postings = transfer(
            Money(total.tax, currency),
            debit=tax_payable(terms.tax_country),
            credit=refunds(terms.organization_id),
        )
        note: CreditNote = cls._create(
            cls.Issued, id=credit_note_id, terms=terms, amount=Money(total.gross, currency), postings=postings
        )
        return note
