"""Weighing what a provider says of a payment against our own record; pure."""

from typing import Final

from ledger.application.ipn.statement import Said
from ledger.application.provider import (
    ActionRequired,
    Authorized,
    Cancelled,
    Captured,
    Declined,
    Outcome,
    Pending,
    Unconfirmed,
)
from ledger.domain.charge import Charge, PaymentStatus
from ledger.domain.ipn import Notice
from ledger.domain.payment import Payment
from ledger.domain.refunding import RefundTerms

_STANDS: Final = {
    PaymentStatus.ACTION_REQUIRED: 1,
    PaymentStatus.PENDING: 2,
    PaymentStatus.AUTHORIZED: 3,
    PaymentStatus.CAPTURING: 3,
    PaymentStatus.FAILED: 4,
    PaymentStatus.CANCELLED: 4,
    PaymentStatus.CAPTURED: 5,
}


def belongs(ours: Charge | RefundTerms, notice: Notice) -> bool:
    """Tell whether the notification came to the account that has our thing in hand."""
    return (ours.organization_id, ours.provider, ours.provider_account, ours.mode) == (
        notice.organization_id,
        notice.provider,
        notice.account_id,
        notice.mode,
    )


def reaches(outcome: Outcome) -> int:
    """Return how far a payment has come that came to `outcome`; an end is further than any way to it."""
    match outcome:
        case Unconfirmed():
            return 0
        case ActionRequired():
            return 1
        case Pending():
            return 2
        case Authorized():
            return 3
        case Declined() | Cancelled():
            return 4
        case Captured():
            return 5


def is_an_end(outcome: Outcome) -> bool:
    """Tell whether nothing is awaited any more of a payment that came to `outcome`."""
    return reaches(outcome) >= reaches(Declined("", ""))


def is_forward(payment: Payment, outcome: Outcome) -> bool:
    """Tell whether `outcome` is further than the payment stands."""
    return reaches(outcome) > _stands(payment)


def is_same(payment: Payment, outcome: Outcome) -> bool:
    """Tell whether the payment stands where `outcome` says; a charge of another amount is another fact."""
    if reaches(outcome) != _stands(payment) or isinstance(outcome, Unconfirmed):
        return False
    return not isinstance(outcome, Captured) or _is_for(payment, outcome)


def is_alike(said: Outcome, truth: Outcome) -> bool:
    """Tell whether the provider, when asked, bears out what it said."""
    if isinstance(said, Captured):
        return said == truth
    return reaches(said) == reaches(truth)


def is_on_record(payment: Payment, said: Said, notice: Notice) -> bool:
    """Tell whether all of what a notification says is recorded already, for good.

    That can be told of a charge alone, and of a record that may be some milliseconds old: a success is never
    downgraded. The notification must be about this very payment at the account that has it in hand.
    """
    return (
        isinstance(said, Captured)
        and belongs(payment.charge, notice)
        and payment.reference is not None
        and payment.reference == notice.provider_reference
        and is_same(payment, said)
    )


def _stands(payment: Payment) -> int:
    return _STANDS.get(payment.status, 0)


def _is_for(payment: Payment, captured: Captured) -> bool:
    amount = payment.captured
    return (captured.amount_minor, captured.currency) == (amount.minor, amount.currency)
