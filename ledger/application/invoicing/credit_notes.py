"""Credit notes: issued once for a refund that succeeded, with a number and the invoice's word, in one append."""

from uuid import UUID

from ledger.application import ids
from ledger.application.clock import Clock
from ledger.application.context import acting
from ledger.application.invoicing.invoices import day_at, invoice_id_of
from ledger.application.invoicing.numbering import Numbering
from ledger.application.invoicing.settings import InvoicingSettings
from ledger.application.repository import Repository, deciding
from ledger.domain.aggregate import Aggregate
from ledger.domain.errors import NotFound
from ledger.domain.invoicing.credit_note import CreditNote, CreditNoteTerms, Preceding
from ledger.domain.invoicing.document import Credit, DocumentKind, DocumentNumber
from ledger.domain.invoicing.drafting import mentions_of
from ledger.domain.invoicing.invoice import Invoice
from ledger.domain.organization import Organization
from ledger.domain.payment import Payment
from ledger.domain.refund import Refund
from ledger.domain.refunding import RefundStatus


class CreditNotes:
    """The credit notes of this ledger.

    A refund and its invoice come in any order. Whichever comes second has the credit note issued, so that nothing
    waits for anything.
    """

    def __init__(
        self, repository: Repository, settings: InvoicingSettings, numbering: Numbering, clock: Clock
    ) -> None:
        """Issue credit notes under the prefix that `settings` say, on the day of `clock`."""
        self._repository = repository
        self._settings = settings
        self._numbering = numbering
        self._clock = clock

    async def may_follow(self, refund_id: UUID) -> bool:
        """Tell whether a credit note may follow from this refund: its merchant invoices."""
        terms = (await self._repository.glance(Refund, refund_id)).terms
        return await self._settings.said(terms.organization_id, terms.mode) is not None

    async def issue(self, refund_id: UUID) -> None:
        """Credit the invoice of a refund that succeeded, if it has been issued; again is harmless (PAY-7).

        What an earlier credit note left owed is paid first, and needs no credit note again.
        """
        terms = (await self._repository.glance(Refund, refund_id)).terms

        async def decide() -> None:
            # The invoice is read before the refund: whoever records that the refund failed appends to the invoice,
            # and one that fails before there is an invoice is seen to have failed here.
            invoice = await self._invoice_of(terms.payment_id)
            if invoice is None or invoice.heeds(refund_id):
                return
            refund = await self._repository.get(Refund, refund_id)
            if refund.status is not RefundStatus.SUCCEEDED:
                return
            changed: list[Aggregate] = [invoice]
            minor = invoice.repay(refund_id, refund.terms.amount.minor)
            if minor:
                changed += await self._credited(invoice, refund, minor)
            with acting(tenant=terms.organization_id):
                await self._repository.save(*changed)

        async with self._numbering.turn(terms.organization_id, terms.mode):
            await deciding(decide)

    async def issue_all(self, invoice_id: UUID) -> None:
        """Credit an invoice by the refunds that came before it; again is harmless."""
        invoice = await self._repository.get(Invoice, invoice_id)
        payment = await self._repository.get(Payment, invoice.terms.payment_id)
        for refund_id in payment.refunds.held:
            await self.issue(refund_id)

    async def fail(self, refund_id: UUID) -> None:
        """Record with the invoice that the money of a refund came back (PAY-5); again is harmless.

        The credit note stands, since the customer's claim does: the next refund pays what it left owed.
        """
        terms = (await self._repository.glance(Refund, refund_id)).terms

        async def decide() -> None:
            invoice = await self._invoice_of(terms.payment_id)
            if invoice is not None:
                invoice.fail_refund(refund_id)
                with acting(tenant=terms.organization_id):
                    await self._repository.save(invoice)

        await deciding(decide)

    async def _invoice_of(self, payment_id: UUID) -> Invoice | None:
        """Return the invoice that a payment paid, None if there is none (yet)."""
        charge = (await self._repository.glance(Payment, payment_id)).charge
        organization = await self._repository.glance(Organization, charge.organization_id)
        try:
            invoice = await self._repository.recall(Invoice, invoice_id_of(organization, charge.checkout_id))
        except NotFound:
            return None
        return invoice if invoice.terms.payment_id == payment_id else None

    async def _credited(self, invoice: Invoice, refund: Refund, minor: int) -> list[Aggregate]:
        organization = await self._repository.glance(Organization, refund.terms.organization_id)
        said = await self._settings.said(organization.id, refund.terms.mode)
        assert said is not None, "whoever has issued an invoice has said how"
        volume = await self._numbering.current(organization, refund.terms.mode, DocumentKind.CREDIT_NOTE)
        note_id = ids.derived(organization.id_salt, "credit_note", refund.id.hex)
        number = DocumentNumber(said.credit_note_prefix, volume.take(note_id))
        credit = invoice.credit(refund.id, minor, credit_note_id=note_id, number=number)
        return [volume, CreditNote.issue(note_id, self._terms(invoice, refund, number, credit))]

    def _terms(self, invoice: Invoice, refund: Refund, number: DocumentNumber, credit: Credit) -> CreditNoteTerms:
        terms = invoice.terms
        return CreditNoteTerms(
            organization_id=terms.organization_id,
            mode=terms.mode,
            refund_id=refund.id,
            number=number,
            issue_day=day_at(terms.time_zone, self._clock.now()),
            invoice=Preceding(invoice.id, terms.number, terms.issue_day),
            issuer=terms.issuer,
            buyer=terms.buyer,
            currency=terms.charged.currency,
            credit=credit,
            mentions=mentions_of(credit.groups),
            tax_country=terms.tax_country,
        )
