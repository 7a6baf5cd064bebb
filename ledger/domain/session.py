"""What a checkout is made of: its terms, its two status axes, and what it refuses."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from ledger.domain.charge import CaptureMethod
from ledger.domain.errors import Refused
from ledger.domain.money import Money
from ledger.domain.tax.location import LocationEvidence
from ledger.domain.tax.rules import STANDARD
from ledger.domain.values import Mode, Personal


class CheckoutNotOpen(Refused):
    """The checkout is not open any more."""

    code = "checkout_not_open"


class CheckoutExpired(CheckoutNotOpen):
    """The checkout has expired."""

    code = "checkout_expired"


class CheckoutComplete(CheckoutNotOpen):
    """The checkout is complete."""

    code = "checkout_complete"


class CheckoutProcessing(CheckoutNotOpen):
    """A payment for this checkout is under way; wait for its outcome."""

    code = "checkout_processing"


class ExpiryOutOfRange(Refused):
    """A checkout may stay open for 30 minutes to 24 hours."""

    code = "expiry_out_of_range"


class Status(StrEnum):
    """Where the session stands."""

    OPEN = "open"
    PROCESSING = "processing"
    COMPLETE = "complete"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class PaymentStatus(StrEnum):
    """Where the money stands."""

    UNPAID = "unpaid"
    PAID = "paid"
    NO_PAYMENT_REQUIRED = "no_payment_required"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the order: `quantity` times `unit` (gross, in the checkout's currency).

    `tax_category` is the organization's own product category, by which its rules of tax are chosen.
    """

    name: str
    quantity: int
    unit: Money
    tax_category: str = STANDARD


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed when the checkout was opened; frozen from then on.

    With `automatic_tax` it is paid once the customer's address has decided the tax; `location` is what the merchant
    knows of where the customer is.
    """

    organization_id: UUID
    mode: Mode
    amount: Money
    lines: tuple[Line, ...]
    expires_at: datetime
    provider_account: str
    merchant_reference: str | None = None
    success_url: str | None = None
    cancel_url: str | None = None
    customer_email: Personal | None = None
    metadata: tuple[tuple[str, str], ...] = ()
    capture_method: CaptureMethod = CaptureMethod.AUTOMATIC
    customer_id: UUID | None = None
    save_payment_method: bool = False
    automatic_tax: bool = False
    location: tuple[LocationEvidence, ...] = ()
