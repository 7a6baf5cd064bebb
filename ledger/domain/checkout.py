"""A checkout session: what is to be paid, by when, and how far it has come."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from eventsourcing.domain import event
from typing_extensions import override

from ledger.domain import aggregate
from ledger.domain import checkout_events as events
from ledger.domain.checkout_tax import CheckoutTax
from ledger.domain.journal import Postings, receivable, revenue, transfer
from ledger.domain.money import Money
from ledger.domain.session import (
    CheckoutComplete,
    CheckoutExpired,
    CheckoutNotOpen,
    CheckoutProcessing,
    ExpiryOutOfRange,
    PaymentStatus,
    Status,
    Terms,
)
from ledger.domain.tax.billing import Billing
from ledger.domain.tax.taxed import Taxed
from ledger.domain.values import Request

SHORTEST: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=24)


class Checkout(aggregate.Aggregate, CheckoutTax):
    """A checkout session (`cs_…`)."""

    TOPIC = "checkout"

    Event = events.CheckoutEvent
    Opened = events.Opened
    BillingSet = events.BillingSet
    TaxRenewed = events.TaxRenewed
    TaxConfirmed = events.TaxConfirmed
    TaxCorrected = events.TaxCorrected
    Processing = events.Processing
    Reopened = events.Reopened
    Completed = events.Completed
    AsyncSucceeded = events.AsyncSucceeded
    AsyncFailed = events.AsyncFailed
    Expired = events.Expired
    Cancelled = events.Cancelled

    @event(Opened)
    def __init__(self, terms: Terms, request: Request) -> None:
        self.terms = terms
        self.request = request
        self.status = Status.OPEN
        self.payment_status = PaymentStatus.UNPAID
        self.payment_id: UUID | None = None
        self.booked = False
        self.fell_through = False
        self.billing: Billing | None = None
        self.taxed: Taxed | None = None
        self.billings = 0

    @classmethod
    def open(cls, checkout_id: UUID, terms: Terms, request: Request, *, now: datetime) -> "Checkout":
        """Open a checkout; one that costs nothing is complete at once. Raises `ExpiryOutOfRange`."""
        if not SHORTEST <= terms.expires_at - now <= LONGEST:
            raise ExpiryOutOfRange
        checkout: Checkout = cls._create(cls.Opened, id=checkout_id, terms=terms, request=request)
        if terms.amount.minor == 0:
            checkout._completed(None, PaymentStatus.NO_PAYMENT_REQUIRED, terms.amount, ())
        return checkout

    def status_at(self, now: datetime) -> Status:
        """Return the status as it is at `now`: expiry is exact, even before anyone has recorded it."""
        return Status.EXPIRED if self.due(now) else self.status

    def due(self, now: datetime) -> bool:
        """Tell whether an expiry has to be recorded."""
        return self.status is Status.OPEN and now >= self.terms.expires_at

    def start(self, payment_id: UUID, *, now: datetime) -> None:
        """Let `payment_id` be the one payment under way; hearing it again is harmless.

        Raises `CheckoutNotOpen` and its kin, and `BillingMissing`.
        """
        if self.status is Status.PROCESSING and self.payment_id == payment_id:
            return
        self._require_open(now)
        self.require_billed()
        self._processing(payment_id)

    def reopen(self, payment_id: UUID, reason: str) -> None:
        """Let the customer try again after `payment_id` came to nothing."""
        if self.payment_id != payment_id:
            return
        if self.status is Status.PROCESSING:
            self._reopened(payment_id, reason)
        elif self.status is Status.COMPLETE and self.payment_status is PaymentStatus.UNPAID and not self.fell_through:
            amount = self.terms.amount if self.booked else Money(0, self.terms.amount.currency)
            owed, earned = receivable(self.id), revenue(self.terms.organization_id)
            self._async_failed(payment_id, reason, amount, transfer(amount, debit=earned, credit=owed))

    def complete(self, payment_id: UUID, payment_status: PaymentStatus) -> bool:
        """Record that the customer is done, or that slow money came; False if this checkout had ended without it."""
        if self.payment_status is PaymentStatus.PAID:
            return self.payment_id == payment_id
        if self.status is Status.COMPLETE and self.payment_id == payment_id:
            if payment_status is PaymentStatus.PAID:
                self._async_succeeded(payment_id)
            return True
        if self.status not in {Status.PROCESSING, Status.OPEN} or self.payment_id != payment_id:
            return False
        # Money that is only held, or on its way, is no revenue yet: it is booked when it comes.
        earned = payment_status is PaymentStatus.PAID
        owed = self.terms.amount if earned else Money(0, self.terms.amount.currency)
        postings = transfer(owed, debit=receivable(self.id), credit=revenue(self.terms.organization_id))
        self._completed(payment_id, payment_status, self.terms.amount, postings)
        return True

    def account_of(self, payment_id: UUID) -> str:
        """Return the account that money of a payment is for: what the customer owes, or revenue if nothing."""
        is_slow = self.status is Status.COMPLETE and self.payment_id == payment_id and not self.booked
        return revenue(self.terms.organization_id) if is_slow else receivable(self.id)

    def expire(self, *, now: datetime, early: bool = False) -> None:
        """Close an open checkout whose time is up, or `early` because the merchant says so; again is harmless."""
        if self.status is Status.EXPIRED:
            return
        if self.status is not Status.OPEN:
            self._refuse()
        if early or now >= self.terms.expires_at:
            self._expired()

    def cancel(self, *, now: datetime) -> None:
        """Call off an open checkout; again is harmless."""
        if self.status is Status.CANCELLED:
            return
        self._require_open(now)
        self._cancelled()

    @override
    def _require_open(self, now: datetime) -> None:
        if self.status_at(now) is Status.EXPIRED:
            raise CheckoutExpired
        if self.status is not Status.OPEN:
            self._refuse()

    def _refuse(self) -> None:
        match self.status:
            case Status.COMPLETE:
                raise CheckoutComplete
            case Status.PROCESSING:
                raise CheckoutProcessing
            case _:
                raise CheckoutNotOpen(status=self.status.value)

    @event(BillingSet)
    @override
    def _billing_set(self, billing: Billing, taxed: Taxed) -> None:
        self.billing, self.taxed = billing, taxed
        self.billings += 1

    @event(TaxRenewed)
    @override
    def _tax_renewed(self, taxed: Taxed) -> None:
        self.taxed = taxed

    @event(TaxConfirmed)
    @override
    def _tax_confirmed(self, taxed: Taxed) -> None:
        self.taxed = taxed

    @event(TaxCorrected)
    @override
    def _tax_corrected(self, taxed: Taxed) -> None:
        self.taxed = taxed

    @event(Processing)
    def _processing(self, payment_id: UUID) -> None:
        self.status = Status.PROCESSING
        self.payment_id = payment_id

    @event(Reopened)
    def _reopened(self, payment_id: UUID, reason: str) -> None:
        self.status = Status.OPEN

    @event(Completed)
    def _completed(
        self, payment_id: UUID | None, payment_status: PaymentStatus, amount: Money, postings: Postings
    ) -> None:
        self.status = Status.COMPLETE
        self.payment_id = payment_id
        self.booked = bool(postings)
        self.payment_status = payment_status

    @event(AsyncSucceeded)
    def _async_succeeded(self, payment_id: UUID) -> None:
        self.payment_status = PaymentStatus.PAID

    @event(AsyncFailed)
    def _async_failed(self, payment_id: UUID, reason: str, amount: Money, postings: Postings) -> None:
        self.payment_status = PaymentStatus.UNPAID
        self.booked, self.fell_through = False, True

    @event(Expired)
    def _expired(self) -> None:
        self.status = Status.EXPIRED

    @event(Cancelled)
    def _cancelled(self) -> None:
        self.status = Status.CANCELLED
