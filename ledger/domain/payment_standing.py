"""Where a payment stands, and what may be done with it there."""

from ledger.domain.capturing import Captures, PaymentNotAuthorized, PaymentNotCancellable, PaymentProcessing
from ledger.domain.charge import CANCELLABLE, FINAL, HELD, Charge, PaymentStatus
from ledger.domain.money import Money
from ledger.domain.values import Request


class PaymentStanding:
    """The state of a payment, and the questions that its commands ask of it first."""

    charge: Charge
    status: PaymentStatus
    captures: Captures
    cancel_request: Request | None

    @property
    def settled(self) -> bool:
        """Whether the outcome is known for good."""
        return self.status in FINAL

    @property
    def captured(self) -> Money:
        """What was taken altogether."""
        return Money(self.captures.taken_minor, self.charge.amount.currency)

    @property
    def capturable(self) -> Money:
        """What is held and may still be taken."""
        held = self.charge.amount.minor - self.captures.taken_minor if self.status in HELD else 0
        return Money(held, self.charge.amount.currency)

    def can_become(self, status: PaymentStatus) -> bool:
        """Tell whether a provider that says `status` says something new: what is held is not pending any more."""
        return not self.settled and self.status is not status and self.status not in HELD

    def room_to_capture(self, wanted: Money | None) -> Money:
        """Return `wanted`, or all that is held; raise the refusal that says why not (PAY-2)."""
        if self.status is PaymentStatus.CAPTURING:
            raise PaymentProcessing
        if self.status is not PaymentStatus.AUTHORIZED or self.cancel_request is not None:
            raise PaymentNotAuthorized(status=self.status.value)
        return self.captures.room(self.charge.amount, wanted)

    def require_cancellable(self) -> None:
        """Raise the refusal that says why the payment cannot be called off (PAY-2)."""
        if self.settled:
            raise PaymentNotCancellable(status=self.status.value)
        if self.status not in CANCELLABLE or self.cancel_request is not None:
            raise PaymentProcessing
