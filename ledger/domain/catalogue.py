"""The closed catalogue of events: what is not listed here can be neither recorded nor read."""

from ledger.domain.aggregate import REGISTRY, registered
from ledger.domain.checkout import Checkout
from ledger.domain.clearing_item import ClearingItem
from ledger.domain.customer import Customer
from ledger.domain.dispute import Dispute
from ledger.domain.endpoint import Endpoints
from ledger.domain.invoicing.credit_note import CreditNote
from ledger.domain.invoicing.invoice import Invoice
from ledger.domain.invoicing.series import DocumentSeries
from ledger.domain.invoicing.settings import Invoicing
from ledger.domain.ipn import Ipn
from ledger.domain.mail import Mail
from ledger.domain.notification import Notification
from ledger.domain.organization import Organization
from ledger.domain.parking import Parking
from ledger.domain.payment import Payment
from ledger.domain.payout import Payout
from ledger.domain.reconciliation import Reconciliation
from ledger.domain.refund import Refund
from ledger.domain.review import Review
from ledger.domain.tax.evidence import TaxEvidence
from ledger.domain.tax.rulebook import Rulebook
from ledger.domain.work import Work

AGGREGATES = (
    Organization,
    Checkout,
    Payment,
    Refund,
    Dispute,
    Work,
    Ipn,
    Parking,
    ClearingItem,
    Payout,
    Reconciliation,
    Endpoints,
    Notification,
    Review,
    Customer,
    Mail,
    Rulebook,
    TaxEvidence,
    Invoicing,
    DocumentSeries,
    Invoice,
    CreditNote,
)
registered(*AGGREGATES)
EVENTS = dict(REGISTRY)
