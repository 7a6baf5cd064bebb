"""What follows from a notification about a refund: it is held against the refund that it claims to be."""

from consumers.ipn_judgements import AgreeOnRefund, ConflictOnRefund, FollowRefund, Ignore, Judgement, belongs
from consumers.refund_at_provider import RefundAtProvider
from ledger.application import ids
from ledger.application.ipn.stripe_refunds import RefundSaid
from ledger.application.provider import RefundFailed, RefundOutcome, RefundPending, RefundSucceeded
from ledger.application.refunds import Refunds
from ledger.domain.errors import NotFound
from ledger.domain.ipn import Notice
from ledger.domain.refund import Refund
from ledger.domain.refunding import RefundStatus


class RefundJudge:
    """A refund only goes forward: to its success, and from there at most to its failure (PAY-5)."""

    def __init__(self, refunds: Refunds, at_provider: RefundAtProvider) -> None:
        """Hold notifications against `refunds`."""
        self._refunds = refunds
        self._at_provider = at_provider

    async def judge(self, said: RefundSaid, notice: Notice) -> Judgement:
        """Return what follows; a refund that was not asked for here, at the provider's own desk, is told as such."""
        try:
            refund = await self._refunds.get(ids.inside("refund", said.claimed_refund or ""))
        except NotFound:
            return Ignore("refund_not_ours")
        if not belongs(refund.terms, notice):
            return Ignore("not_ours")
        if refund.reference is not None and refund.reference != said.reference:
            return ConflictOnRefund(refund, "another_reference")
        if _stands(refund, said.outcome):
            return AgreeOnRefund(refund)
        return FollowRefund(refund, said.outcome) if _is_news(refund, said.outcome) else await self._ask(refund, said)

    async def _ask(self, refund: Refund, said: RefundSaid) -> Judgement:
        # Bad news and old news are believed only when the provider bears them out.
        truth = await self._at_provider.lookup_at(refund, said.reference)
        if _stands(refund, truth):
            return AgreeOnRefund(refund)
        if refund.came_to_nothing:
            return ConflictOnRefund(refund, "contradicts_record")
        return FollowRefund(refund, truth)


def _is_news(refund: Refund, outcome: RefundOutcome) -> bool:
    """Tell whether this is believed at once: good news, and that the provider has it in hand."""
    if isinstance(outcome, RefundSucceeded):
        return not refund.came_to_nothing
    return isinstance(outcome, RefundPending) and refund.reference is None


def _stands(refund: Refund, outcome: RefundOutcome) -> bool:
    match outcome:
        case RefundSucceeded():
            return refund.status is RefundStatus.SUCCEEDED
        case RefundPending():
            return refund.status is RefundStatus.OPENED
        case RefundFailed():
            return refund.status is RefundStatus.FAILED
        case _:
            return refund.status is RefundStatus.CANCELLED
