"""Taking what a provider holds: in whole, in part or in several parts, and never more than was authorized."""

from dataclasses import dataclass, replace
from typing import Final

from ledger.domain.charge import CaptureMethod, Charge
from ledger.domain.errors import Refused
from ledger.domain.money import AmountOutOfRange, Money
from ledger.domain.values import Request

MOST_CAPTURES: Final = 50
"""No payment is captured in more parts than this, those that were refused among them."""


class PaymentNotAuthorized(Refused):
    """Only a payment whose money is held can be captured."""

    code = "payment_not_authorized"


class PaymentProcessing(Refused):
    """The provider is being asked about this payment; wait for its answer."""

    code = "payment_processing"


class PaymentNotCancellable(Refused):
    """This payment cannot be called off any more; what was captured can be refunded."""

    code = "payment_not_cancellable"


class CaptureExceedsAuthorized(Refused):
    """What is captured cannot exceed what is held."""

    code = "capture_exceeds_authorized"


class CaptureCurrencyDiffers(Refused):
    """A capture is in the currency of its payment."""

    code = "capture_currency_differs"


class CapturesTooMany(Refused):
    """This payment has been captured in as many parts as a payment can be."""

    code = "captures_too_many"


class CaptureUnsupported(Refused):
    """The payment's provider cannot do this: it takes all at once, or only one part."""

    code = "capture_unsupported"


@dataclass(frozen=True, slots=True)
class CaptureOrder:
    """One capture that was asked for. Unless it is `final`, the rest stays held."""

    number: int
    amount: Money
    final: bool
    request: Request


@dataclass(frozen=True, slots=True)
class Captures:
    """What was asked for and what was taken; `order` is the one the provider is being asked for."""

    taken_minor: int = 0
    orders: tuple[CaptureOrder, ...] = ()
    order: CaptureOrder | None = None

    def asked_for(self, key: str) -> CaptureOrder | None:
        """Return the capture that was asked for under an idempotency key."""
        return next((order for order in self.orders if order.request.key == key), None)

    def room(self, held: Money, wanted: Money | None) -> Money:
        """Return `wanted`, or all that is left of `held`; raise the refusal that says why not (PAY-2)."""
        left = held.minor - self.taken_minor
        if wanted is not None and wanted.currency != held.currency:
            raise CaptureCurrencyDiffers(currency=held.currency)
        if wanted is not None and wanted.minor < 1:
            raise AmountOutOfRange
        if left < 1 or (wanted is not None and wanted.minor > left):
            raise CaptureExceedsAuthorized(left_minor=left, currency=held.currency)
        if len(self.orders) >= MOST_CAPTURES:
            raise CapturesTooMany(most=MOST_CAPTURES)
        return wanted or Money(left, held.currency)

    def new_of(self, taken: Money, charge: Charge) -> Money | None:
        """Return what is new if `taken` was taken altogether; None if that cannot be of this charge."""
        whole = charge.amount
        if charge.capture_method is CaptureMethod.AUTOMATIC:
            possible = taken == whole
        else:
            possible = taken.currency == whole.currency and max(1, self.taken_minor) <= taken.minor <= whole.minor
        return Money(taken.minor - self.taken_minor, whole.currency) if possible else None

    def with_order(self, order: CaptureOrder) -> "Captures":
        """Return these and one that is asked for."""
        return replace(self, orders=(*self.orders, order), order=order)

    def with_taken(self, minor: int) -> "Captures":
        """Return these after `minor` more were taken."""
        return replace(self, taken_minor=self.taken_minor + minor, order=None)

    def without_order(self) -> "Captures":
        """Return these after what was asked for was refused."""
        return replace(self, order=None)
