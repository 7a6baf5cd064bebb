"""When a checkout is given back after its time, because its payment came to nothing, expire it at once."""

from datetime import datetime

from typing_extensions import override

from consumers.consumer import Again, Consumer
from ledger.application.checkouts import Checkouts
from ledger.application.mapper import Envelope
from ledger.application.work import WorkItem


class ExpireOnCheckoutReopened(Consumer):
    """Sees to checkouts that were processing when their time was up, so that nobody could expire them (CHK-5)."""

    name = "expire_on_checkout_reopened"
    topic = "checkout.reopened"

    def __init__(self, checkouts: Checkouts) -> None:
        """Expire what is in `checkouts`."""
        self._checkouts = checkouts

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        await self._checkouts.expire_if_due(item.stream_id)
        return None
