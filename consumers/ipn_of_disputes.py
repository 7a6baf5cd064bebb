"""What follows from a notification about a dispute: it is held against what is known of it, and of its payment."""

from consumers.at_provider import AtProvider
from consumers.ipn_judgements import AgreeOnDispute, Conflict, FollowDispute, Judgement
from consumers.whose_payment import WhosePayment
from ledger.application.dispute_report import DisputeReport
from ledger.application.disputes import Disputes
from ledger.domain.dispute import Dispute
from ledger.domain.disputing import contradicts
from ledger.domain.ipn import Notice
from ledger.domain.payment import Payment


class DisputeJudge:
    """A dispute says at which of the provider's payments it is aimed; the provider says which of ours that is."""

    def __init__(self, disputes: Disputes, whose: WhosePayment, at_provider: AtProvider) -> None:
        """Hold notifications against `disputes`, and find out `whose` they are."""
        self._disputes = disputes
        self._whose = whose
        self._at_provider = at_provider

    async def judge(self, said: DisputeReport, notice: Notice) -> Judgement:
        """Return what follows; raise `Unavailable` when the provider has to be asked and does not answer."""
        found = await self._whose.of(notice, said.payment_reference)
        return await self._weigh(found, said) if isinstance(found, Payment) else found

    async def _weigh(self, payment: Payment, said: DisputeReport) -> Judgement:
        if said.currency != payment.captured.currency or said.amount_minor > payment.captured.minor:
            return Conflict(payment, "amount_mismatch")
        dispute = await self._disputes.find(payment, said.reference)
        standing = said.standing
        if dispute is None or not contradicts(dispute.status, standing.status) or standing.stage > dispute.stage:
            return FollowDispute(payment, said)
        if standing.stage < dispute.stage:
            return AgreeOnDispute(dispute)
        truth = await self._at_provider.lookup_dispute(payment, said.reference)
        if truth is None:
            return Conflict(payment, "contradicts_record")
        return _as_it_is(dispute, payment, truth)


def _as_it_is(dispute: Dispute, payment: Payment, truth: DisputeReport) -> Judgement:
    if truth.standing.status is dispute.status:
        return AgreeOnDispute(dispute)
    return FollowDispute(payment, truth, is_the_truth=True)
