"""What is claimed back of a payment that was captured: refunds by its merchant, disputes by its customer."""

from abc import abstractmethod
from uuid import UUID

from ledger.domain.charge import PaymentStatus
from ledger.domain.disputing import Claims, PaymentDisputed
from ledger.domain.money import Money
from ledger.domain.payment_standing import PaymentStanding
from ledger.domain.refunding import PaymentNotCaptured, Reservations


class PaymentClaims(PaymentStanding):
    """Nobody is allowed to have more given back than was captured, nor anything while a dispute is open (PAY-8).

    What was given back at the provider's own desk asked nobody, and is recorded as it is.
    """

    refunds: Reservations
    disputes: Claims

    def reserve_refund(self, refund_id: UUID, wanted: Money | None) -> Money:
        """Hold `wanted`, or all that is left, for a refund and return it; raise the refusal that says why not."""
        if self.status is not PaymentStatus.CAPTURED:
            raise PaymentNotCaptured(status=self.status.value)
        if self.disputes.open:
            raise PaymentDisputed
        kept = Money(self.captured.minor - self.disputes.lost_minor, self.charge.amount.currency)
        amount = self.refunds.room(kept, wanted)
        self._refund_reserved(refund_id, amount)
        return amount

    def adopt_refund(self, refund_id: UUID, amount: Money) -> None:
        """Hold `amount` for a refund that the provider made without us: it is refused by nobody any more."""
        if refund_id not in self.refunds.held:
            self._refund_reserved(refund_id, amount)

    @property
    def overdrawn(self) -> Money:
        """By how much refunds and lost disputes together exceed what was captured; somebody must look."""
        back_minor = self.refunds.minor + self.disputes.lost_minor
        return Money(max(0, back_minor - self.captured.minor), self.charge.amount.currency)

    def release_refund(self, refund_id: UUID) -> None:
        """Let go of what a refund held; again is harmless."""
        if (minor := self.refunds.held.get(refund_id)) is not None:
            self._refund_released(refund_id, Money(minor, self.charge.amount.currency))

    def dispute(self, dispute_id: UUID) -> None:
        """Let nothing be refunded while a dispute is open; again is harmless."""
        if not self.disputes.knows(dispute_id):
            self._dispute_opened(dispute_id)

    def end_dispute(self, dispute_id: UUID, lost: Money) -> None:
        """Let refunds go on within what the dispute has left; what was lost is not refunded again."""
        if dispute_id in self.disputes.open or self.disputes.lost_by(dispute_id) != lost.minor:
            self._dispute_closed(dispute_id, lost)

    @abstractmethod
    def _refund_reserved(self, refund_id: UUID, amount: Money) -> None: ...

    @abstractmethod
    def _refund_released(self, refund_id: UUID, amount: Money) -> None: ...

    @abstractmethod
    def _dispute_opened(self, dispute_id: UUID) -> None: ...

    @abstractmethod
    def _dispute_closed(self, dispute_id: UUID, lost: Money) -> None: ...
