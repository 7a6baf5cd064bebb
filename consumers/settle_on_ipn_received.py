"""When a provider tells us something, hold it against our record and settle it; what is too early waits."""

from datetime import datetime

from typing_extensions import override

from consumers.consumer import Again, Consumer
from consumers.ipn_settlement import IpnSettlement
from consumers.schedule import Schedule, again
from ledger.application.clock import Clock
from ledger.application.ipns import Ipns
from ledger.application.mapper import Envelope
from ledger.application.work import WorkItem
from ledger.domain.ipn import Ipn, IpnStatus


class SettleOnIpnReceived(Consumer):
    """An IPN is evidence, and never dropped: one that is parked for days ends on record as dead (IPN-13)."""

    name = "settle_on_ipn_received"
    topic = "ipn.received"

    def __init__(self, ipns: Ipns, settlement: IpnSettlement, clock: Clock, schedule: Schedule) -> None:
        """Settle `ipns`."""
        self._ipns = ipns
        self._settlement = settlement
        self._clock = clock
        self._schedule = schedule

    @override
    async def concerns(self, envelope: Envelope) -> bool:
        assert isinstance(envelope.event, Ipn.Received), "the rule is about what was received"
        return not envelope.event.settled

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        # What is remembered as settled is settled; what is not, the record of the outcome puts to the test.
        ipn = await self._ipns.glance(item.stream_id)
        if ipn.settled:
            return None
        ipn = await self._settlement.settle(item.stream_id)
        if ipn.status is not IpnStatus.PARKED:
            return None
        coming = again(self._schedule.parked, since=envelope.recorded_at, now=self._clock.now())
        if coming is None:
            reason = ipn.reason or "parked"
            await self._ipns.record(ipn.id, lambda it: it.give_up(reason))
        return coming
