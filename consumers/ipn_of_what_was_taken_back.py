"""What follows where a provider only says that something changed: it is asked for all that was taken back."""

from consumers.at_provider import AtProvider
from consumers.ipn_judgements import (
    Agree,
    AgreeOnDispute,
    AgreeOnRefund,
    Beside,
    Conflict,
    FollowDispute,
    Judgement,
    Several,
)
from consumers.ipn_of_refunds import RefundJudge
from ledger.application.dispute_report import DisputeReport
from ledger.application.disputes import Disputes
from ledger.application.refund_report import RefundReport
from ledger.domain.dispute import Dispute
from ledger.domain.payment import Payment


class TakenBackJudge:
    """Holds what the provider says when asked against what is known; however often we ask, it comes to one state."""

    def __init__(self, disputes: Disputes, refunds: RefundJudge, at_provider: AtProvider) -> None:
        """Hold it against `disputes`, and leave refunds to their own judge."""
        self._disputes = disputes
        self._refunds = refunds
        self._at_provider = at_provider

    async def judge(self, payment: Payment) -> Judgement:
        """Return what follows for a captured payment; raise `Unavailable` when the provider does not answer."""
        # What is known is read before the provider is asked: an answer that was overtaken meanwhile is no truth.
        disputes = [await self._disputes.get(each) for each in payment.disputes.known]
        known = {each.terms.reference: each for each in disputes}
        said = list(await self._at_provider.taken_back(payment))
        told = {each.reference for each in said}
        for reference in known.keys() - told:
            truth = await self._at_provider.lookup_dispute(payment, reference)
            said += [truth] if truth is not None else []
        found = [await self._weigh(payment, each, known) for each in said]
        news = tuple(each for each in found if not isinstance(each, Agree | AgreeOnRefund | AgreeOnDispute))
        return Several(payment, news) if news else Agree(payment)

    async def _weigh(
        self, payment: Payment, said: RefundReport | DisputeReport, known: dict[str, Dispute]
    ) -> Beside | Conflict:
        if isinstance(said, RefundReport):
            return await self._refunds.of_payment(payment, said)
        dispute = known.get(said.reference)
        if dispute is not None and dispute.status is said.standing.status:
            return AgreeOnDispute(dispute)
        if said.currency != payment.captured.currency or not 0 < said.amount_minor <= payment.captured.minor:
            return Conflict(payment, "amount_mismatch")
        return FollowDispute(payment, said, is_the_truth=True, seen=dispute.version if dispute else 0)
