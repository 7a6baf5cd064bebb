"""What follows from an IPN: evidence is held against our own record, and against the provider's where they differ."""

from dataclasses import replace

from consumers.at_provider import AtProvider
from consumers.ipn_judgements import Agree, Conflict, Follow, Ignore, Judgement, Park
from consumers.ipn_of_disputes import DisputeJudge
from consumers.ipn_of_refunds import RefundJudge
from consumers.ipn_of_what_was_taken_back import TakenBackJudge
from ledger.application.dispute_report import DisputeReport
from ledger.application.ipn.statement import TYPE_UNKNOWN
from ledger.application.ipn.weighing import belongs, is_alike, is_an_end, is_forward, is_same
from ledger.application.ipns import Ipns
from ledger.application.payments import Payments
from ledger.application.provider import (
    ActionRequired,
    Authorized,
    Captured,
    Outcome,
    Unconfirmed,
)
from ledger.application.refund_report import RefundReport
from ledger.domain.charge import PaymentStatus
from ledger.domain.errors import NotFound
from ledger.domain.ipn import Ipn, Notice
from ledger.domain.payment import Payment


class IpnJudge:
    """Judges notifications and changes nothing; the provider may be asked, but only to look."""

    def __init__(
        self,
        ipns: Ipns,
        payments: Payments,
        at_provider: AtProvider,
        refunds: RefundJudge,
        disputes: DisputeJudge,
        taken_back: TakenBackJudge,
    ) -> None:
        """Hold what `ipns` say against `payments`, and leave the rest to the judges of that."""
        self._ipns = ipns
        self._payments = payments
        self._at_provider = at_provider
        self._refunds = refunds
        self._disputes = disputes
        self._taken_back = taken_back

    async def judge(self, ipn: Ipn) -> Judgement:
        """Return what follows; raise `Unavailable` when the provider has to be asked and does not answer."""
        said = self._ipns.statement(ipn)
        match said:
            case None:
                return Ignore(TYPE_UNKNOWN)
            case RefundReport():
                return await self._refunds.judge(said, ipn.notice)
            case DisputeReport():
                return await self._disputes.judge(said, ipn.notice)
            case _:
                return await self._of_payment(said, ipn)

    async def _of_payment(self, said: Outcome, ipn: Ipn) -> Judgement:
        payment_id, reference = ipn.notice.claimed_payment, ipn.notice.provider_reference
        if payment_id is None and reference is not None and isinstance(said, Unconfirmed):
            # It only says that something changed; the provider says whose it is.
            payment_id = await self._at_provider.payment_of(ipn.notice, reference)
        if payment_id is None:
            return Ignore("not_ours")
        try:
            payment = await self._payments.get(payment_id)
        except NotFound:
            return Park(payment_id, "payment_unknown")
        judgement = _misplaced(payment, said, ipn.notice) or await self._weigh(payment, said)
        return await self._with_what_was_taken_back(judgement) if isinstance(said, Unconfirmed) else judgement

    async def _with_what_was_taken_back(self, judgement: Judgement) -> Judgement:
        """Return what else follows where anything about the payment may have changed."""
        if isinstance(judgement, Follow) and isinstance(judgement.outcome, Captured):
            return replace(judgement, and_judge_again=True)
        if isinstance(judgement, Agree) and judgement.payment.status is PaymentStatus.CAPTURED:
            return await self._taken_back.judge(judgement.payment)
        return judgement

    async def _weigh(self, payment: Payment, said: Outcome) -> Judgement:
        if is_same(payment, said):
            return Agree(payment)
        # Bad news gives the checkout back to the customer, slow news ends it unpaid. Told late, the one would have
        # them pay twice and the other send them off: both are believed only when the provider bears them out.
        if is_forward(payment, said) and isinstance(said, Captured | Authorized | ActionRequired):
            return Follow(payment, said)
        truth = await self._at_provider.lookup(payment)
        contradicted = is_an_end(said) and not is_alike(said, truth)
        if is_forward(payment, truth):
            return Follow(payment, truth, contradicted)
        if contradicted or not (is_same(payment, truth) or isinstance(truth, Unconfirmed)):
            return Conflict(payment, "contradicts_provider" if contradicted else "contradicts_record")
        return Agree(payment)


def _misplaced(payment: Payment, said: Outcome, notice: Notice) -> Judgement | None:
    """Judge what cannot be weighed: our id in metadata proves nothing, since whoever writes them may copy it."""
    if not belongs(payment.charge, notice):
        return Ignore("not_ours")
    if payment.reference is None:
        return Park(payment.id, "payment_not_opened")
    # What proves nothing is answered by asking the provider by our own reference.
    if not isinstance(said, Unconfirmed) and notice.provider_reference != payment.reference:
        return Conflict(payment, "another_reference")
    return None
