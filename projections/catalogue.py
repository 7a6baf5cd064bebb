"""Every view there is."""

from typing import Final

from projections.books import Books, Kept
from projections.checkout_status import CheckoutStatus
from projections.clearing_items import ClearingItems
from projections.credit_notes import CreditNotes
from projections.customers import Customers
from projections.disputes import Disputes
from projections.invoices import Invoices
from projections.invoicings import Invoicings
from projections.ipns import Ipns
from projections.mails import Mails
from projections.notifications import Notifications
from projections.payments import Payments
from projections.refunds import Refunds
from projections.reviews import Reviews
from projections.tax_rulebooks import TaxRulebooks
from projections.view import View

CHECKOUT_STATUS: Final = CheckoutStatus()
PAYMENTS: Final = Payments()
REFUNDS: Final = Refunds()
CUSTOMERS: Final = Customers()
DISPUTES: Final = Disputes()
IPNS: Final = Ipns()
CLEARING_ITEMS: Final = ClearingItems()
REVIEWS: Final = Reviews()
NOTIFICATIONS: Final = Notifications()
MAILS: Final = Mails()
TAX_RULEBOOKS: Final = TaxRulebooks()
INVOICES: Final = Invoices()
CREDIT_NOTES: Final = CreditNotes()
INVOICINGS: Final = Invoicings()
VIEWS: Final[tuple[View, ...]] = (
    CHECKOUT_STATUS,
    PAYMENTS,
    REFUNDS,
    CUSTOMERS,
    DISPUTES,
    IPNS,
    CLEARING_ITEMS,
    REVIEWS,
    NOTIFICATIONS,
    MAILS,
    TAX_RULEBOOKS,
    INVOICES,
    CREDIT_NOTES,
    INVOICINGS,
)
BOOKS: Final = Books()
KEPT: Final[tuple[Kept, ...]] = (*VIEWS, BOOKS)
"""Everything that is kept in a store, and can be built anew."""
