"""Settling an IPN: judged, followed, and the outcome on record."""

import logging
from uuid import UUID

from consumers.ipn_judgement import Agree, Conflict, Follow, Ignore, IpnJudge, Judgement, Park
from ledger.application.ipns import Ipns
from ledger.application.payments import Payments
from ledger.application.provider import Captured
from ledger.domain.charge import PaymentStatus
from ledger.domain.ipn import Ipn
from ledger.runtime.telemetry import instruments

log = logging.getLogger(__name__)


class IpnSettlement:
    """Follows a judgement. Settling twice, or at the same time in two places, comes to the same."""

    def __init__(self, ipns: Ipns, payments: Payments, judge: IpnJudge) -> None:
        """Record in `ipns` and `payments` what `judge` says."""
        self._ipns = ipns
        self._payments = payments
        self._judge = judge

    async def judge(self, ipn: Ipn) -> Judgement:
        """Return what would follow, and change nothing."""
        return await self._judge.judge(ipn)

    async def settle(self, ipn_id: UUID) -> Ipn:
        """Do what follows from a notification, and return it as it then is."""
        ipn = await self._ipns.glance(ipn_id)
        match await self._judge.judge(ipn):
            case Ignore(reason):
                ipn = await self._ipns.record(ipn_id, lambda it: it.ignore(reason))
            case Park(payment_id, reason):
                await self._ipns.park(ipn_id, payment_id, reason)
                ipn = await self._ipns.get(ipn_id)
            case Agree(payment):
                status = payment.status.value
                ipn = await self._ipns.record(ipn_id, lambda it: it.apply(payment.id, status))
            case Conflict(payment, reason):
                ipn = await self._conflict(ipn_id, payment.id, reason)
            case Follow() as follow:
                ipn = await self._follow(ipn_id, follow)
        instruments().ipn_settled.add(1, {"provider": ipn.notice.provider, "outcome": ipn.status.value})
        return ipn

    async def _follow(self, ipn_id: UUID, follow: Follow) -> Ipn:
        # The payment comes first. If we die in between, the notification is handled again and finds it there.
        payment = await self._payments.apply(follow.payment.id, follow.outcome)
        if isinstance(follow.outcome, Captured) and payment.status is not PaymentStatus.CAPTURED:
            return await self._conflict(ipn_id, payment.id, "amount_mismatch")
        if follow.contradicted:
            return await self._conflict(ipn_id, payment.id, "contradicts_provider")
        status = payment.status.value
        return await self._ipns.record(ipn_id, lambda it: it.apply(payment.id, status))

    async def _conflict(self, ipn_id: UUID, payment_id: UUID, reason: str) -> Ipn:
        log.error("ipn_conflicted", extra={"ipn": ipn_id.hex, "payment": payment_id.hex, "reason": reason})
        return await self._ipns.record(ipn_id, lambda it: it.conflict(payment_id, reason))
