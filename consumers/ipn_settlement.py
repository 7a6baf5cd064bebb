"""Settling an IPN: judged, followed, and the outcome on record."""

import logging
from uuid import UUID

from consumers.ipn_judgement import IpnJudge
from consumers.ipn_judgements import (
    AdoptRefund,
    Agree,
    AgreeOnDispute,
    AgreeOnRefund,
    Beside,
    Conflict,
    ConflictOnRefund,
    Follow,
    FollowDispute,
    FollowRefund,
    Ignore,
    Judgement,
    Park,
    Several,
)
from ledger.application.disputes import Disputes
from ledger.application.ipns import Ipns
from ledger.application.payments import Payments
from ledger.application.provider import Captured
from ledger.application.refunds import Refunds
from ledger.domain.charge import PaymentStatus
from ledger.domain.dispute import Dispute
from ledger.domain.ipn import Ipn
from ledger.domain.refund import Refund
from ledger.runtime.telemetry import instruments

log = logging.getLogger(__name__)


class IpnSettlement:
    """Follows a judgement. Settling twice, or at the same time in two places, comes to the same."""

    def __init__(self, ipns: Ipns, payments: Payments, refunds: Refunds, disputes: Disputes, judge: IpnJudge) -> None:
        """Record in `ipns`, and in `payments`, `refunds` and `disputes`, what `judge` says."""
        self._ipns = ipns
        self._payments = payments
        self._refunds = refunds
        self._disputes = disputes
        self._judge = judge

    async def judge(self, ipn: Ipn) -> Judgement:
        """Return what would follow, and change nothing."""
        return await self._judge.judge(ipn)

    async def settle(self, ipn_id: UUID) -> Ipn:
        """Do what follows from a notification, and return it as it then is."""
        ipn = await self._ipns.glance(ipn_id)
        ipn = await self._do(ipn, await self._judge.judge(ipn))
        instruments().ipn_settled.add(1, {"provider": ipn.notice.provider, "outcome": ipn.status.value})
        return ipn

    async def _do(self, ipn: Ipn, judgement: Judgement) -> Ipn:
        # What it is about comes first. If we die in between, the notification is handled again and finds it there.
        match judgement:
            case Ignore(reason):
                return await self._ipns.record(ipn.id, lambda it: it.ignore(reason))
            case Park(payment_id, reason):
                await self._ipns.park(ipn.id, payment_id, reason)
                return await self._ipns.get(ipn.id)
            case Agree(payment):
                return await self._applied(ipn.id, payment.id, payment.status.value)
            case Conflict(payment, reason):
                return await self._conflict(ipn.id, payment.id, reason)
            case Follow() as follow:
                return await self._follow(ipn, follow)
            case _:
                return await self._do_beside(ipn, judgement)

    async def _do_beside(self, ipn: Ipn, judgement: Beside | Several) -> Ipn:
        if isinstance(judgement, Several):
            return await self._do_several(ipn, judgement)
        what = await self._followed(judgement)
        reasons = [judgement.reason] if isinstance(judgement, ConflictOnRefund) else []
        return await self._taken_back(ipn.id, what.terms.payment_id, reasons, f"{what.TOPIC} {what.status.value}")

    async def _do_several(self, ipn: Ipn, several: Several) -> Ipn:
        reasons = []
        for each in several.news:
            if isinstance(each, Conflict | ConflictOnRefund):
                reasons.append(each.reason)
            else:
                await self._followed(each)
        return await self._taken_back(ipn.id, several.payment.id, reasons, several.payment.status.value)

    async def _followed(self, judgement: Beside) -> Refund | Dispute:
        match judgement:
            case AgreeOnRefund(refund) | ConflictOnRefund(refund):
                return refund
            case FollowRefund(refund, outcome):
                return await self._refunds.apply(refund.id, outcome)
            case AdoptRefund(payment, report):
                return await self._refunds.adopt(payment.id, report)
            case AgreeOnDispute(dispute):
                return dispute
            case FollowDispute(payment, report, is_the_truth, seen):
                return await self._disputes.apply(payment.id, report, is_the_truth=is_the_truth, seen=seen)

    async def _taken_back(self, ipn_id: UUID, payment_id: UUID, reasons: list[str], status: str) -> Ipn:
        payment = await self._payments.get(payment_id)
        if payment.overdrawn.minor:
            # It is recorded, since the money is gone; whether it should be, a person says.
            reasons = [*reasons, "exceeds_captured"]
        if reasons:
            return await self._conflict(ipn_id, payment_id, reasons[0])
        return await self._applied(ipn_id, payment_id, status)

    async def _applied(self, ipn_id: UUID, payment_id: UUID, status: str) -> Ipn:
        return await self._ipns.record(ipn_id, lambda it: it.apply(payment_id, status))

    async def _follow(self, ipn: Ipn, follow: Follow) -> Ipn:
        payment = await self._payments.apply(follow.payment.id, follow.outcome)
        if isinstance(follow.outcome, Captured) and payment.status is not PaymentStatus.CAPTURED:
            return await self._conflict(ipn.id, payment.id, "amount_mismatch")
        if follow.contradicted:
            return await self._conflict(ipn.id, payment.id, "contradicts_provider")
        if follow.and_judge_again:
            # A captured payment is agreed on, so that this comes once.
            return await self._do(ipn, await self._judge.judge(ipn))
        return await self._applied(ipn.id, payment.id, payment.status.value)

    async def _conflict(self, ipn_id: UUID, payment_id: UUID, reason: str) -> Ipn:
        log.error("ipn_conflicted", extra={"ipn": ipn_id.hex, "payment": payment_id.hex, "reason": reason})
        return await self._ipns.record(ipn_id, lambda it: it.conflict(payment_id, reason))
