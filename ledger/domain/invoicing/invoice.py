"""An invoice: issued once for a checkout that was paid, never changed, and credited by as much as was given back."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.invoicing.crediting import credit_of
from ledger.domain.invoicing.document import Charged, Credit, DocumentNumber, Issuer, Mention
from ledger.domain.journal import Postings, revenue, tax_payable, transfer
from ledger.domain.money import Money
from ledger.domain.tax.billing import Billing
from ledger.domain.values import Mode


@dataclass(frozen=True, slots=True)
class InvoiceTerms:
    """What an invoice says for good (Directive 2006/112/EC, article 226): as it was when it was issued (INV-11).

    Days are those of the seller's `time_zone`; `supply_day` is the tax point that the tax was decided for. The tax is
    owed in `tax_country`.
    """

    organization_id: UUID
    mode: Mode
    checkout_id: UUID
    payment_id: UUID
    customer_id: UUID | None
    merchant_reference: str | None
    number: DocumentNumber
    issue_day: date
    supply_day: date
    time_zone: str
    issuer: Issuer
    buyer: Billing
    charged: Charged
    mentions: tuple[Mention, ...]
    tax_country: str


class Invoice(aggregate.Aggregate):
    """An invoice (`inv_…`), whose id is derived from its checkout. What is credited of it is held here.

    Money that was given back and did not arrive is owed again, and so is the credit for it: the credit note stands,
    and the next refund pays what it left owed before anything more is credited.
    """

    TOPIC = "invoice"

    class Event(aggregate.Event):
        """A fact about an invoice."""

    class Issued(Event, aggregate.Created):
        """The invoice is there, under its number; of what was earned, the tax in it is not the organization's."""

        TOPIC = "invoice.issued"
        terms: InvoiceTerms
        amount: Money
        postings: Postings

    class Credited(Event):
        """A credit note takes part of it back, because of a refund; it is in the same append."""

        TOPIC = "invoice.credited"
        refund_id: UUID
        credit_note_id: UUID
        number: DocumentNumber
        credit: Credit

    class CreditRepaid(Event):
        """A refund pays `amount` that an earlier credit note left owed, when the money of its refund came back."""

        TOPIC = "invoice.credit_repaid"
        refund_id: UUID
        amount: Money

    class RefundFailed(Event):
        """The money of a refund came back: as much as was credited for it is owed to the customer again."""

        TOPIC = "invoice.refund_failed"
        refund_id: UUID

    @event(Issued)
    def __init__(self, terms: InvoiceTerms, amount: Money, postings: Postings) -> None:
        self.terms = terms
        self.amount = amount
        self.credits: tuple[Credit, ...] = ()
        self.heeded: dict[UUID, int] = {}
        self.failed: tuple[UUID, ...] = ()
        self.owed_minor = 0

    @classmethod
    def issue(cls, invoice_id: UUID, terms: InvoiceTerms) -> "Invoice":
        """Issue an invoice; its number was taken in the same append."""
        total, currency = terms.charged.total, terms.charged.currency
        postings = transfer(
            Money(total.tax, currency),
            debit=revenue(terms.organization_id),
            credit=tax_payable(terms.tax_country),
        )
        invoice: Invoice = cls._create(
            cls.Issued, id=invoice_id, terms=terms, amount=Money(total.gross, currency), postings=postings
        )
        return invoice

    @property
    def left_minor(self) -> int:
        """How much of it is not credited."""
        return self.amount.minor - sum(credit.total.gross for credit in self.credits)

    def heeds(self, refund_id: UUID) -> bool:
        """Tell whether what a refund means for this invoice is on record."""
        return refund_id in self.heeded or refund_id in self.failed

    def repay(self, refund_id: UUID, minor: int) -> int:
        """Let a refund of `minor` first pay what is owed, and return how much of it has to be credited.

        That is never more than is left: what a provider gave back beyond it has no invoice to be credited of.
        """
        assert not self.heeds(refund_id), "a refund is heeded once"
        repaid = min(minor, self.owed_minor)
        if repaid:
            self._credit_repaid(refund_id, Money(repaid, self.amount.currency))
        return min(minor - repaid, self.left_minor)

    def credit(self, refund_id: UUID, minor: int, *, credit_note_id: UUID, number: DocumentNumber) -> Credit:
        """Hold what a credit note of `minor` takes back, and return it (TAX-6); raise `CreditExceedsCharged`."""
        credit = credit_of(self.terms.charged, self.credits, minor)
        self._credited(refund_id, credit_note_id, number, credit)
        return credit

    def fail_refund(self, refund_id: UUID) -> None:
        """Record that the money of a refund came back; again is harmless, and it is never credited from then on."""
        if refund_id not in self.failed:
            self._refund_failed(refund_id)

    @event(Credited)
    def _credited(self, refund_id: UUID, credit_note_id: UUID, number: DocumentNumber, credit: Credit) -> None:
        self.credits = (*self.credits, credit)
        self.heeded[refund_id] = self.heeded.get(refund_id, 0) + credit.total.gross

    @event(CreditRepaid)
    def _credit_repaid(self, refund_id: UUID, amount: Money) -> None:
        self.owed_minor -= amount.minor
        self.heeded[refund_id] = amount.minor

    @event(RefundFailed)
    def _refund_failed(self, refund_id: UUID) -> None:
        self.failed = (*self.failed, refund_id)
        self.owed_minor += self.heeded.get(refund_id, 0)
