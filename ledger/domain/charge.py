"""What a payment is made of: the frozen charge, how far it can come, and what it refuses."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from ledger.domain.errors import Refused
from ledger.domain.money import Money
from ledger.domain.values import Mode


class PaymentOutcomeUnknown(Refused):
    """The outcome of this payment is not known yet; it must not be tried again until it is."""

    code = "payment_outcome_unknown"


class CaptureMethod(StrEnum):
    """Whether the money is taken at once, or held until the merchant takes it."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


class PaymentStatus(StrEnum):
    """How far the charge has come; `captured`, `failed` and `cancelled` are known outcomes.

    `capturing` is an authorized payment while the provider is asked for part of it.
    """

    INITIATED = "initiated"
    OPENED = "opened"
    ACTION_REQUIRED = "action_required"
    PENDING = "pending"
    AUTHORIZED = "authorized"
    CAPTURING = "capturing"
    UNKNOWN = "unknown"
    CAPTURED = "captured"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL = frozenset({PaymentStatus.CAPTURED, PaymentStatus.FAILED, PaymentStatus.CANCELLED})
HELD = frozenset({PaymentStatus.AUTHORIZED, PaymentStatus.CAPTURING})
"""The provider holds the money."""
CANCELLABLE = frozenset(
    {PaymentStatus.INITIATED, PaymentStatus.ACTION_REQUIRED, PaymentStatus.AUTHORIZED, PaymentStatus.UNKNOWN}
)
"""What a merchant may call off (PAY-2): not what a provider is just being asked about, or has in hand."""


@dataclass(frozen=True, slots=True)
class CustomerPart:
    """Whose payment method it is: one that `customer_id` lets us keep, or one kept before, charged in their absence.

    They agreed to later charges at `consented_at`.
    """

    customer_id: UUID
    off_session: bool
    consented_at: datetime


@dataclass(frozen=True, slots=True)
class Charge:
    """What is to be charged, frozen when the customer pays: a retry sends these very `parameters`."""

    checkout_id: UUID
    organization_id: UUID
    mode: Mode
    amount: Money
    provider: str
    provider_account: str
    parameters: tuple[tuple[str, str], ...]
    capture_method: CaptureMethod = CaptureMethod.AUTOMATIC
    customer: CustomerPart | None = None
