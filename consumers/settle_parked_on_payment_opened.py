"""When a payment is opened, what was told of it too early is settled now."""

from datetime import datetime

from typing_extensions import override

from consumers.consumer import Again, Consumer
from consumers.settle_on_ipn_received import SettleOnIpnReceived
from ledger.application.clock import Clock
from ledger.application.ipns import Ipns
from ledger.application.mapper import Envelope
from ledger.application.work import WorkItem, WorkStore


class SettleParkedOnPaymentOpened(Consumer):
    """Hastens the work that waits. What is parked just as this looks comes by its own schedule (IPN-13)."""

    name = "settle_parked_on_payment_opened"
    topic = "payment.opened"

    def __init__(self, ipns: Ipns, work: WorkStore, clock: Clock) -> None:
        """Find what waits in `ipns`, and its work in `work`."""
        self._ipns = ipns
        self._work = work
        self._clock = clock

    @override
    async def concerns(self, envelope: Envelope) -> bool:
        # To look costs less than work that comes to nothing, as it mostly would.
        return bool(await self._ipns.waiting_for(envelope.event.originator_id))

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        for ipn_id in await self._ipns.waiting_for(item.stream_id):
            await self._work.hasten(ipn_id, SettleOnIpnReceived.name, now=self._clock.now())
        return None
