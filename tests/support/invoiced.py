"""Sales that are invoiced: a merchant who has said how, customers in France, and what is recorded of it all."""

from uuid import UUID

from ledger.application.invoicing.invoices import invoice_id_of
from ledger.application.provider import Captured
from ledger.bootstrap import Ledger
from ledger.domain.aggregate import Event
from ledger.domain.invoicing.credit_note import CreditNote
from ledger.domain.invoicing.invoice import Invoice
from ledger.domain.invoicing.series import DocumentSeries
from ledger.domain.money import Money
from ledger.domain.session import Line
from ledger.domain.tax.billing import Billing
from tests.support.invoicing_examples import BUYER, INVOICING
from tests.support.taxed_examples import FRENCH_RULE, GERMAN_RULE, SELLER
from tests.support.world import World

PRICE = Money(1999, "EUR")
CUPS = (Line("Espresso cups", 1, PRICE),)


async def invoicing(world: World) -> None:
    """Let the merchant say how it sells and how it invoices."""
    organization_id, mode = world.merchant.organization_id, world.merchant.mode
    await world.ledger.rulebooks.describe_seller(organization_id, mode, SELLER)
    await world.ledger.rulebooks.import_rules(organization_id, mode, [FRENCH_RULE, GERMAN_RULE])
    await world.ledger.documents.settings.describe(organization_id, mode, INVOICING)


async def billed(world: World, key: str = "order-1", *, buyer: Billing = BUYER, **changes: object) -> UUID:
    """Open a checkout for cups of 19.99 EUR, say whom to bill, and return it."""
    terms: dict[str, object] = {"automatic_tax": True, "lines": CUPS, **changes}
    checkout_id = await world.opened(key, None, **terms)
    await world.ledger.taxing.set_billing(checkout_id, buyer)
    return checkout_id


async def paid(world: World, key: str = "order-1", *, buyer: Billing = BUYER, **changes: object) -> UUID:
    """Sell and be paid for it, without any consumer at work; return the checkout."""
    checkout_id = await billed(world, key, buyer=buyer, **changes)
    payment_id = (await world.pay(checkout_id)).stream_id
    await world.ledger.payments.apply(payment_id, Captured("pi_1", 1999, "EUR"))
    return checkout_id


async def payment_of(world: World, checkout_id: UUID) -> UUID:
    """Return the payment of a checkout."""
    payment_id = (await world.ledger.checkouts.get(checkout_id)).payment_id
    assert payment_id is not None
    return payment_id


async def refunded(world: World, payment_id: UUID, minor: int, key: str = "refund-1") -> UUID:
    """Request a refund and return its id."""
    begun = await world.ledger.refunds.request(
        payment_id, world.merchant, amount=Money(minor, "EUR"), reason=None, key=key, body={"minor": minor}
    )
    return begun.stream_id


async def invoice_of(world: World, checkout_id: UUID) -> Invoice | None:
    """Return the invoice of a checkout, None if there is none."""
    organization = await world.ledger.organizations.get(world.merchant.organization_id)
    return await world.ledger.repository.find(Invoice, invoice_id_of(organization, checkout_id))


async def recorded(ledger: Ledger, *topics: str) -> list[Event]:
    """Return everything recorded under some topics, in order."""
    found = await ledger.recorder.select_notifications(1, 10_000, topics=sorted(topics))
    return [ledger.mapper.to_domain_event(each) for each in found]


async def credit_notes(ledger: Ledger) -> list[CreditNote.Issued]:
    """Return all credit notes there are."""
    events = await recorded(ledger, "credit_note.issued")
    return [event for event in events if isinstance(event, CreditNote.Issued)]


async def invoices(ledger: Ledger) -> list[Invoice.Issued]:
    """Return all invoices there are."""
    return [event for event in await recorded(ledger, "invoice.issued") if isinstance(event, Invoice.Issued)]


async def numbers(ledger: Ledger) -> list[int]:
    """Return all numbers that were ever given, in order."""
    events = await recorded(ledger, "document_series.numbered")
    return [event.number for event in events if isinstance(event, DocumentSeries.Numbered)]
