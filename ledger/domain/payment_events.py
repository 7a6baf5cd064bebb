"""What can be known of a payment, fact by fact."""

from typing import Any
from uuid import UUID

from ledger.domain import aggregate
from ledger.domain.capturing import CaptureOrder
from ledger.domain.charge import Charge
from ledger.domain.journal import Postings
from ledger.domain.money import Money
from ledger.domain.values import Request


class PaymentEvent(aggregate.Aggregate.Event):
    """A fact about a payment."""


class Initiated(PaymentEvent, aggregate.Created):
    """The customer pressed pay; nothing has been asked of the provider yet."""

    TOPIC = "payment.initiated"
    class_version = 3
    charge: Charge
    request: Request

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Say of charges from before money could be held that it was taken at once."""
        state["charge"]["capture_method"] = "automatic"

    @staticmethod
    def upcast_v2_v3(state: dict[str, Any]) -> None:
        """Say of charges from before there were customers that they are nobody's."""
        state["charge"]["customer"] = None


class Opened(PaymentEvent):
    """The provider holds an unconfirmed intent under `reference`; no money can have moved."""

    TOPIC = "payment.opened"
    reference: str


class ConfirmRequested(PaymentEvent):
    """We are about to ask the provider to charge; from here on an outcome may be unknown."""

    TOPIC = "payment.confirm_requested"


class ActionRequired(PaymentEvent):
    """The customer must act at the provider (`three_d_secure`)."""

    TOPIC = "payment.action_required"
    kind: str


class Pending(PaymentEvent):
    """The provider accepted the charge and will know in hours or days."""

    TOPIC = "payment.pending"


class OutcomeUnknown(PaymentEvent):
    """The provider's answer was lost; it is asked after and never charged anew meanwhile."""

    TOPIC = "payment.outcome_unknown"
    reason: str


class Authorized(PaymentEvent):
    """The provider holds the money for us; it is taken when the merchant says so."""

    TOPIC = "payment.authorized"
    reference: str
    amount: Money


class CaptureRequested(PaymentEvent):
    """The merchant wants what is held, or a part of it; the provider is about to be asked, under a key of its own."""

    TOPIC = "payment.capture_requested"
    order: CaptureOrder


class PartiallyCaptured(PaymentEvent):
    """The provider took a part of what it holds; the rest is still held."""

    TOPIC = "payment.partially_captured"
    reference: str
    amount: Money
    postings: Postings


class CaptureFailed(PaymentEvent):
    """The provider would not take it; what it holds it still holds."""

    TOPIC = "payment.capture_failed"
    number: int
    code: str
    message: str


class CancelRequested(PaymentEvent):
    """The merchant calls the payment off; the provider is about to be asked."""

    TOPIC = "payment.cancel_requested"
    request: Request


class Captured(PaymentEvent):
    """The provider took `amount`, and will take no more; what else it held is the customer's again."""

    TOPIC = "payment.captured"
    reference: str
    amount: Money
    postings: Postings


class Mismatched(PaymentEvent):
    """The provider reports another amount than was asked for: no success, and somebody must look."""

    TOPIC = "payment.mismatched"
    reported: Money


class Failed(PaymentEvent):
    """The provider refused, or the charge was given up before any money could move."""

    TOPIC = "payment.failed"
    code: str
    message: str


class Cancelled(PaymentEvent):
    """The intent was cancelled at the provider."""

    TOPIC = "payment.cancelled"
    reason: str


class Late(PaymentEvent):
    """The money came when its checkout no longer waited for it; to be refunded or accepted by a person."""

    TOPIC = "payment.late"
    reason: str


class RefundReserved(PaymentEvent):
    """Part of what was captured is held for a refund, so that all refunds together never exceed it."""

    TOPIC = "payment.refund_reserved"
    refund_id: UUID
    amount: Money


class RefundReleased(PaymentEvent):
    """A refund came to nothing; what it held can be refunded again."""

    TOPIC = "payment.refund_released"
    refund_id: UUID
    amount: Money


class DisputeOpened(PaymentEvent):
    """The customer disputes the payment; nothing is refunded until that has ended."""

    TOPIC = "payment.dispute_opened"
    dispute_id: UUID


class DisputeClosed(PaymentEvent):
    """A dispute has ended and took `lost` for good, which is nothing unless it was lost."""

    TOPIC = "payment.dispute_closed"
    dispute_id: UUID
    lost: Money
