"""What follows from a notification about a refund: it is held against the refund that it claims to be, or adopted."""

from dataclasses import replace

from consumers.ipn_judgements import (
    AdoptRefund,
    AgreeOnRefund,
    Beside,
    Conflict,
    ConflictOnRefund,
    FollowRefund,
    Ignore,
    Judgement,
)
from consumers.refund_at_provider import RefundAtProvider
from consumers.whose_payment import WhosePayment
from ledger.application import ids
from ledger.application.ipn.weighing import belongs
from ledger.application.provider import RefundFailed, RefundOutcome, RefundPending, RefundSucceeded
from ledger.application.refund_report import RefundReport
from ledger.application.refunds import Refunds
from ledger.domain.errors import NotFound
from ledger.domain.ipn import Notice
from ledger.domain.payment import Payment
from ledger.domain.refund import Refund
from ledger.domain.refunding import RefundStatus


class RefundJudge:
    """A refund only goes forward: to its success, and from there at most to its failure (PAY-5)."""

    def __init__(self, refunds: Refunds, at_provider: RefundAtProvider, whose: WhosePayment) -> None:
        """Hold notifications against `refunds`, and find out `whose` those are that were not asked for here."""
        self._refunds = refunds
        self._at_provider = at_provider
        self._whose = whose

    async def judge(self, said: RefundReport, notice: Notice) -> Judgement:
        """Return what follows; raise `Unavailable` when the provider has to be asked and does not answer."""
        ours = await self._claimed(said, notice)
        if ours is not None:
            return await self.weigh(ours, said)
        if said.payment_reference is None:
            return Ignore("refund_not_ours")
        found = await self._whose.of(notice, said.payment_reference)
        return await self.of_desk(found, said) if isinstance(found, Payment) else found

    async def _claimed(self, said: RefundReport, notice: Notice) -> Refund | None:
        """Return our refund that this claims to be; what it claims wrongly was made at the provider's desk."""
        try:
            refund = await self._refunds.get(ids.inside("refund", said.claimed_refund or ""))
        except NotFound:
            return None
        return refund if belongs(refund.terms, notice) else None

    async def of_payment(self, payment: Payment, said: RefundReport) -> Beside | Conflict:
        """Return what follows from a refund that the provider, when asked, says was made of `payment`."""
        try:
            ours = await self._refunds.get(ids.inside("refund", said.claimed_refund or ""))
        except NotFound:
            return await self.of_desk(payment, said)
        return await (self.weigh(ours, said) if ours.terms.payment_id == payment.id else self.of_desk(payment, said))

    async def of_desk(self, payment: Payment, said: RefundReport) -> Beside | Conflict:
        """Return what follows from a refund of `payment` that was made at the provider's own desk."""
        adopted = await self._refunds.find_adopted(payment, said.reference)
        if adopted is not None:
            return await self.weigh(adopted, said)
        if said.currency != payment.captured.currency or said.amount_minor < 1:
            return Conflict(payment, "amount_mismatch")
        if isinstance(said.outcome, RefundSucceeded | RefundPending):
            return AdoptRefund(payment, said)
        truth = await self._at_provider.lookup_at(payment, said.reference)
        return AdoptRefund(payment, replace(said, outcome=truth or said.outcome))

    async def weigh(self, refund: Refund, said: RefundReport) -> Beside:
        """Return what follows for a refund that we know."""
        if refund.reference is not None and refund.reference != said.reference:
            return ConflictOnRefund(refund, "another_reference")
        if _stands(refund, said.outcome):
            return AgreeOnRefund(refund)
        return FollowRefund(refund, said.outcome) if _is_news(refund, said.outcome) else await self._ask(refund, said)

    async def _ask(self, refund: Refund, said: RefundReport) -> Beside:
        # Bad news and old news are believed only when the provider bears them out, if it can be asked at all.
        truth = await self._at_provider.lookup_at(refund, said.reference)
        if truth is None:
            return AgreeOnRefund(refund) if refund.came_to_nothing else FollowRefund(refund, said.outcome)
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
