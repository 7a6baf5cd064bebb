"""What can be known of a checkout session, fact by fact."""

from typing import Any
from uuid import UUID

from ledger.domain import aggregate
from ledger.domain.journal import Postings
from ledger.domain.money import Money
from ledger.domain.session import PaymentStatus, Terms
from ledger.domain.tax.billing import Billing
from ledger.domain.tax.taxed import Taxed
from ledger.domain.values import Request


class CheckoutEvent(aggregate.Aggregate.Event):
    """A fact about a checkout."""


class Opened(CheckoutEvent, aggregate.Created):
    """A merchant opened a checkout."""

    TOPIC = "checkout.opened"
    class_version = 4
    terms: Terms
    request: Request

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Say of checkouts from before money could be held that it was to be taken at once."""
        state["terms"]["capture_method"] = "automatic"

    @staticmethod
    def upcast_v2_v3(state: dict[str, Any]) -> None:
        """Say of checkouts from before there were customers that they are nobody's."""
        state["terms"] |= {"customer_id": None, "save_payment_method": False}

    @staticmethod
    def upcast_v3_v4(state: dict[str, Any]) -> None:
        """Say of checkouts from before there was tax that their merchants took care of it."""
        state["terms"] |= {"automatic_tax": False, "location": []}
        for line in state["terms"]["lines"]:
            line["tax_category"] = "standard"


class BillingSet(CheckoutEvent):
    """The customer said whom to bill and where; the tax was decided by it, and shown to them."""

    TOPIC = "checkout.billing_set"
    billing: Billing
    taxed: Taxed


class TaxRenewed(CheckoutEvent):
    """The customer pays on another day than the one the tax was decided for: it was decided for this day."""

    TOPIC = "checkout.tax_renewed"
    taxed: Taxed


class TaxConfirmed(CheckoutEvent):
    """The register answered at last, and the tax stays as it was."""

    TOPIC = "checkout.tax_confirmed"
    taxed: Taxed


class TaxCorrected(CheckoutEvent):
    """The register answered at last, and another tax was in the price than was said (VAT-5)."""

    TOPIC = "checkout.tax_corrected"
    taxed: Taxed


class Processing(CheckoutEvent):
    """The customer pays; nothing about the order can change any more."""

    TOPIC = "checkout.processing"
    payment_id: UUID


class Reopened(CheckoutEvent):
    """The payment came to nothing; the customer may try again."""

    TOPIC = "checkout.reopened"
    payment_id: UUID
    reason: str


class Completed(CheckoutEvent):
    """The customer is done; the money is here, on its way, or was never asked for."""

    TOPIC = "checkout.completed"
    payment_id: UUID | None
    payment_status: PaymentStatus
    amount: Money
    postings: Postings


class AsyncSucceeded(CheckoutEvent):
    """The money of a slow payment method arrived."""

    TOPIC = "checkout.async_succeeded"
    payment_id: UUID


class AsyncFailed(CheckoutEvent):
    """The money of a slow payment method will not arrive."""

    TOPIC = "checkout.async_failed"
    class_version = 2
    payment_id: UUID
    reason: str
    amount: Money
    postings: Postings

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Say that nothing was taken back in the books then."""
        state["amount"], state["postings"] = [0, "EUR"], []


class Expired(CheckoutEvent):
    """Nobody paid in time."""

    TOPIC = "checkout.expired"


class Cancelled(CheckoutEvent):
    """The merchant or the customer called it off."""

    TOPIC = "checkout.cancelled"


TaxFact = BillingSet | TaxRenewed | TaxConfirmed | TaxCorrected
"""What says how much of the price is tax; `taxed` is the whole decision."""
