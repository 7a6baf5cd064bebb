"""What follows from a notification about a dispute: it is held against what is known of it, and of its payment."""

from consumers.at_provider import AtProvider
from consumers.ipn_judgements import (
    AgreeOnDispute,
    Conflict,
    FollowDispute,
    Ignore,
    Judgement,
    Park,
    belongs,
)
from ledger.application.dispute_report import DisputeReport
from ledger.application.disputes import Disputes
from ledger.application.payments import Payments
from ledger.domain.charge import PaymentStatus
from ledger.domain.dispute import Dispute
from ledger.domain.disputing import contradicts
from ledger.domain.errors import NotFound
from ledger.domain.ipn import Notice
from ledger.domain.payment import Payment


class DisputeJudge:
    """A dispute says at which of the provider's payments it is aimed; the provider says which of ours that is."""

    def __init__(self, disputes: Disputes, payments: Payments, at_provider: AtProvider) -> None:
        """Hold notifications against `disputes` and `payments`."""
        self._disputes = disputes
        self._payments = payments
        self._at_provider = at_provider

    async def judge(self, said: DisputeReport, notice: Notice) -> Judgement:
        """Return what follows; raise `Unavailable` when the provider has to be asked and does not answer."""
        payment_id = notice.claimed_payment or await self._at_provider.payment_of(notice, said.payment_reference)
        if payment_id is None:
            return Ignore("not_ours")
        try:
            payment = await self._payments.get(payment_id)
        except NotFound:
            return Park(payment_id, "payment_unknown")
        return _misplaced(payment, said, notice) or await self._weigh(payment, said)

    async def _weigh(self, payment: Payment, said: DisputeReport) -> Judgement:
        if said.currency != payment.captured.currency or said.amount_minor > payment.captured.minor:
            return Conflict(payment, "amount_mismatch")
        dispute = await self._disputes.find(payment, said.reference)
        if dispute is None or not contradicts(dispute.status, said.standing.status):
            return FollowDispute(payment, said)
        truth = await self._at_provider.lookup_dispute(payment, said.reference)
        if truth is None:
            return Conflict(payment, "contradicts_record")
        return _as_it_is(dispute, payment, truth)


def _misplaced(payment: Payment, said: DisputeReport, notice: Notice) -> Judgement | None:
    if not belongs(payment.charge, notice):
        return Ignore("not_ours")
    if payment.reference is None:
        return Park(payment.id, "payment_not_opened")
    if payment.reference != said.payment_reference:
        return Conflict(payment, "another_reference")
    if payment.status is not PaymentStatus.CAPTURED:
        # It was taken, or there were nothing to dispute; our own record comes.
        return Park(payment.id, "payment_not_captured")
    return None


def _as_it_is(dispute: Dispute, payment: Payment, truth: DisputeReport) -> Judgement:
    if truth.standing.status is dispute.status:
        return AgreeOnDispute(dispute)
    return FollowDispute(payment, truth, is_the_truth=True)
