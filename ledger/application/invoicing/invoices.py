"""Invoices: issued once for a checkout that was paid, with the next number, in one append."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from ledger.application import ids
from ledger.application.clock import Clock
from ledger.application.context import acting
from ledger.application.invoicing.numbering import Numbering
from ledger.application.invoicing.settings import InvoicingSettings
from ledger.application.repository import Repository, deciding
from ledger.domain.checkout import Checkout
from ledger.domain.invoicing.document import Charged, DocumentKind, DocumentNumber, Issuer
from ledger.domain.invoicing.drafting import charged_of, mentions_of, tax_country_of
from ledger.domain.invoicing.invoice import Invoice, InvoiceTerms
from ledger.domain.invoicing.settings import InvoicingTerms
from ledger.domain.organization import Organization
from ledger.domain.payment import Payment
from ledger.domain.session import PaymentStatus


class Issuing(StrEnum):
    """What became of it: there is nothing to issue, it has to wait, it is there, or it says another tax."""

    NOTHING = "nothing"
    HELD = "held"
    ISSUED = "issued"
    OUTDATED = "outdated"


class Invoices:
    """The invoices of this ledger."""

    def __init__(
        self, repository: Repository, settings: InvoicingSettings, numbering: Numbering, clock: Clock
    ) -> None:
        """Issue invoices as `settings` say, on the day of `clock`."""
        self._repository = repository
        self._settings = settings
        self._numbering = numbering
        self._clock = clock

    async def may_follow(self, checkout_id: UUID) -> bool:
        """Tell whether an invoice may follow from a checkout: its tax is decided here, and its merchant invoices."""
        terms = (await self._repository.glance(Checkout, checkout_id)).terms
        return terms.automatic_tax and await self._settings.said(terms.organization_id, terms.mode) is not None

    async def issue(self, checkout_id: UUID, *, in_doubt: bool = False) -> Issuing:
        """Issue the one invoice of a checkout that is paid, whoever asks and however often.

        While the register may still say another tax, it is held, unless it is to be issued `in_doubt` (VAT-5).
        """
        terms = (await self._repository.glance(Checkout, checkout_id)).terms

        async def decide() -> Issuing:
            checkout = await self._repository.get(Checkout, checkout_id)
            payment = await self._paid_by(checkout)
            organization = await self._repository.glance(Organization, terms.organization_id)
            invoice_id = invoice_id_of(organization, checkout_id)
            if payment is None:
                return Issuing.NOTHING
            charged = charged_of(checkout, payment.captured.minor)
            first = await self._repository.presume(Invoice, invoice_id)
            if first is not None:
                return Issuing.ISSUED if first.terms.charged == charged else Issuing.OUTDATED
            said = await self._settings.said(organization.id, terms.mode)
            if said is None:
                return Issuing.NOTHING
            assert checkout.taxed is not None, "it was charged by it"
            if checkout.taxed.is_doubtful and not in_doubt:
                return Issuing.HELD
            volume = await self._numbering.current(organization, terms.mode, DocumentKind.INVOICE)
            number = DocumentNumber(said.invoice_prefix, volume.take(invoice_id))
            invoice = Invoice.issue(invoice_id, self._terms(checkout, payment, said, charged, number))
            with acting(tenant=organization.id):
                await self._repository.save(volume, invoice)
            return Issuing.ISSUED

        # The append is what decides; taking turns only saves this process from deciding in vain.
        async with self._numbering.turn(terms.organization_id, terms.mode):
            return await deciding(decide)

    async def _paid_by(self, checkout: Checkout) -> Payment | None:
        """Return the payment that a taxed checkout was paid by; money that came late or twice buys nothing."""
        is_paid = checkout.payment_status is PaymentStatus.PAID and checkout.taxed is not None
        if not is_paid or checkout.payment_id is None:
            return None
        return await self._repository.get(Payment, checkout.payment_id)

    def _terms(
        self, checkout: Checkout, payment: Payment, said: InvoicingTerms, charged: Charged, number: DocumentNumber
    ) -> InvoiceTerms:
        assert checkout.taxed is not None, "it was charged by it"
        assert checkout.billing is not None, "the tax was decided by it"
        basis = checkout.taxed.basis
        return InvoiceTerms(
            organization_id=checkout.terms.organization_id,
            mode=checkout.terms.mode,
            checkout_id=checkout.id,
            payment_id=payment.id,
            customer_id=checkout.terms.customer_id,
            merchant_reference=checkout.terms.merchant_reference,
            number=number,
            issue_day=day_at(basis.seller.time_zone, self._clock.now()),
            supply_day=basis.day,
            time_zone=basis.seller.time_zone,
            issuer=Issuer(said.legal_name, said.address, basis.seller.vat_number),
            buyer=checkout.billing,
            charged=charged,
            mentions=mentions_of(charged.groups),
            tax_country=tax_country_of(checkout),
        )


def invoice_id_of(organization: Organization, checkout_id: UUID) -> UUID:
    """Return the id of the one invoice of a checkout."""
    return ids.derived(organization.id_salt, "invoice", checkout_id.hex)


def day_at(time_zone: str, now: datetime) -> date:
    """Return the day it is in a time zone at `now`."""
    return now.astimezone(ZoneInfo(time_zone)).date()
