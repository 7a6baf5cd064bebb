"""What follows from an IPN: evidence is held against our own record, and against the provider's where they differ."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from consumers.at_provider import AtProvider
from ledger.application import ids
from ledger.application.ipns import Ipns
from ledger.application.payments import Payments
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
from ledger.domain.charge import PaymentStatus
from ledger.domain.errors import NotFound
from ledger.domain.ipn import Ipn, Notice
from ledger.domain.payment import Payment


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing of ours follows from it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Park:
    """It speaks of a payment that we do not know yet, or have not opened yet."""

    payment_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Agree:
    """The payment stands where the IPN, or the provider when asked, says."""

    payment: Payment


@dataclass(frozen=True, slots=True)
class Follow:
    """The payment has to come to `outcome`; the IPN itself may say otherwise (`contradicted`)."""

    payment: Payment
    outcome: Outcome
    contradicted: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """It contradicts our record, and the provider does not bear it out."""

    payment: Payment
    reason: str


Judgement = Ignore | Park | Agree | Follow | Conflict

_STANDS: Final = {
    PaymentStatus.ACTION_REQUIRED: 1,
    PaymentStatus.PENDING: 2,
    PaymentStatus.AUTHORIZED: 3,
    PaymentStatus.CAPTURING: 3,
    PaymentStatus.FAILED: 4,
    PaymentStatus.CANCELLED: 4,
    PaymentStatus.CAPTURED: 5,
}


class IpnJudge:
    """Judges notifications and changes nothing; the provider may be asked, but only to look."""

    def __init__(self, ipns: Ipns, payments: Payments, at_provider: AtProvider) -> None:
        """Hold what `ipns` say against `payments`."""
        self._ipns = ipns
        self._payments = payments
        self._at_provider = at_provider

    async def judge(self, ipn: Ipn) -> Judgement:
        """Return what follows; raise `Unavailable` when the provider has to be asked and does not answer."""
        said = self._ipns.statement(ipn)
        if said is None:
            return Ignore("type_unknown")
        payment_id = ipn.notice.claimed_payment or await self._identified(said, ipn.notice)
        if payment_id is None:
            return Ignore("not_ours")
        try:
            payment = await self._payments.get(payment_id)
        except NotFound:
            return Park(payment_id, "payment_unknown")
        return _misplaced(payment, said, ipn.notice) or await self._weigh(payment, said)

    async def _identified(self, said: Outcome, notice: Notice) -> UUID | None:
        """Ask which payment of ours it is, where a notification only says that something changed."""
        if not isinstance(said, Unconfirmed) or notice.provider_reference is None:
            return None
        claimed = await self._at_provider.payment_of(notice, notice.provider_reference)
        try:
            return ids.inside("payment", claimed or "")
        except NotFound:
            return None

    async def _weigh(self, payment: Payment, said: Outcome) -> Judgement:
        if _same(payment, said):
            return Agree(payment)
        # Bad news gives the checkout back to the customer, slow news ends it unpaid. Told late, the one would have
        # them pay twice and the other send them off: both are believed only when the provider bears them out.
        if _is_forward(payment, said) and isinstance(said, Captured | Authorized | ActionRequired):
            return Follow(payment, said)
        truth = await self._at_provider.lookup(payment)
        contradicted = _reaches(said) >= _reaches(Declined("", "")) and not _alike(said, truth)
        if _is_forward(payment, truth):
            return Follow(payment, truth, contradicted)
        if contradicted or not (_same(payment, truth) or isinstance(truth, Unconfirmed)):
            return Conflict(payment, "contradicts_provider" if contradicted else "contradicts_record")
        return Agree(payment)


def _misplaced(payment: Payment, said: Outcome, notice: Notice) -> Judgement | None:
    """Judge what cannot be weighed: our id in metadata proves nothing, since whoever writes them may copy it."""
    if not _belongs(payment, notice):
        return Ignore("not_ours")
    if payment.reference is None:
        return Park(payment.id, "payment_not_opened")
    # What proves nothing is answered by asking the provider by our own reference.
    if not isinstance(said, Unconfirmed) and notice.provider_reference != payment.reference:
        return Conflict(payment, "another_reference")
    return None


def _belongs(payment: Payment, notice: Notice) -> bool:
    charge = payment.charge
    return (charge.organization_id, charge.provider, charge.provider_account, charge.mode) == (
        notice.organization_id,
        notice.provider,
        notice.account_id,
        notice.mode,
    )


def _reaches(outcome: Outcome) -> int:
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


def _stands(payment: Payment) -> int:
    return _STANDS.get(payment.status, 0)


def _is_forward(payment: Payment, outcome: Outcome) -> bool:
    return _reaches(outcome) > _stands(payment)


def _same(payment: Payment, outcome: Outcome) -> bool:
    """Tell whether the payment stands where `outcome` says; a charge of another amount is another fact."""
    if _reaches(outcome) != _stands(payment) or isinstance(outcome, Unconfirmed):
        return False
    return not isinstance(outcome, Captured) or _is_for(payment, outcome)


def _is_for(payment: Payment, captured: Captured) -> bool:
    amount = payment.captured
    return (captured.amount_minor, captured.currency) == (amount.minor, amount.currency)


def _alike(said: Outcome, truth: Outcome) -> bool:
    if isinstance(said, Captured):
        return said == truth
    return _reaches(said) == _reaches(truth)
