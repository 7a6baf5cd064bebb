"""When a checkout is opened, expire it at its time unless somebody paid."""

from datetime import datetime

from typing_extensions import override

from consumers.consumer import Again, Consumer
from ledger.application.checkouts import Checkouts
from ledger.application.mapper import Envelope
from ledger.application.work import WorkItem
from ledger.domain.checkout import Checkout


class ExpireOnCheckoutOpened(Consumer):
    """Records an expiry; whoever reads the checkout sees it to the second, recorded or not (CHK-5)."""

    name = "expire_on_checkout_opened"
    topic = "checkout.opened"

    def __init__(self, checkouts: Checkouts) -> None:
        """Expire what is in `checkouts`."""
        self._checkouts = checkouts

    @override
    def due(self, envelope: Envelope) -> datetime:
        opened = envelope.event
        assert isinstance(opened, Checkout.Opened), "the topic says so"
        return opened.terms.expires_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        await self._checkouts.expire_if_due(item.stream_id)
        return None
