"""What a refund is made of: the frozen terms, how far it can come, what holds its sum, and what is refused."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from ledger.domain.errors import Refused
from ledger.domain.money import AmountOutOfRange, Money
from ledger.domain.values import Mode

MOST_REFUNDS: Final = 100
"""No payment is refunded in more parts than this, those that came to nothing among them."""


class PaymentNotCaptured(Refused):
    """Only a payment whose money was taken can be refunded."""

    code = "payment_not_captured"


class RefundExceedsCaptured(Refused):
    """The refunds of a payment cannot exceed what was captured."""

    code = "refund_exceeds_captured"


class RefundCurrencyDiffers(Refused):
    """A refund is in the currency of its payment."""

    code = "refund_currency_differs"


class RefundsTooMany(Refused):
    """This payment has been refunded in as many parts as a payment can be."""

    code = "refunds_too_many"


class RefundStatus(StrEnum):
    """How far the refund has come; a success may still turn into a failure, when a bank sends the money back."""

    REQUESTED = "requested"
    OPENED = "opened"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


NOTHING_CAME: Final = frozenset({RefundStatus.FAILED, RefundStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class RefundTerms:
    """What is to be given back, frozen when it is requested: a retry sends these very `parameters`.

    A refund that was made at the provider's own desk has none.
    """

    payment_id: UUID
    organization_id: UUID
    mode: Mode
    amount: Money
    reason: str | None
    provider: str
    provider_account: str
    parameters: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reservations:
    """What refunds hold of a captured amount. `begun` counts all there ever were."""

    held: dict[UUID, int] = field(default_factory=dict)
    begun: int = 0

    @property
    def minor(self) -> int:
        """How much is held, by refunds that succeeded and by those that may yet."""
        return sum(self.held.values())

    def with_held(self, refund_id: UUID, minor: int) -> "Reservations":
        """Return these and one more."""
        return Reservations({**self.held, refund_id: minor}, self.begun + 1)

    def without(self, refund_id: UUID) -> "Reservations":
        """Return these but for one that came to nothing."""
        return replace(self, held={one: minor for one, minor in self.held.items() if one != refund_id})

    def room(self, captured: Money, wanted: Money | None) -> Money:
        """Return `wanted`, or all that is left of `captured`; raise the refusal that says why not (PAY-4)."""
        left = max(0, captured.minor - self.minor)
        if wanted is not None and wanted.currency != captured.currency:
            raise RefundCurrencyDiffers(currency=captured.currency)
        if wanted is not None and wanted.minor < 1:
            raise AmountOutOfRange
        if left < 1 or (wanted is not None and wanted.minor > left):
            raise RefundExceedsCaptured(left_minor=left, currency=captured.currency)
        if self.begun >= MOST_REFUNDS:
            raise RefundsTooMany(most=MOST_REFUNDS)
        return wanted or Money(left, captured.currency)
