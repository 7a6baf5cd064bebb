"""When somebody bought under a VAT number nobody could vouch for, ask again until the register answers (VAT-5)."""

from typing import NoReturn
from uuid import UUID

from typing_extensions import override

from consumers.following import FollowUp
from consumers.schedule import Offsets, Schedule
from ledger.application.checkouts import Checkouts
from ledger.application.clock import Clock
from ledger.application.mapper import Envelope
from ledger.application.tax.taxing import Taxing
from ledger.application.vat.answers import VatCheck
from ledger.domain.checkout import Checkout
from ledger.domain.errors import Refused


class VatNumberUnconfirmed(Refused):
    """The register has not answered for this VAT number in two weeks; somebody must ask the customer for proof."""

    code = "vat_number_unconfirmed"


class AskVatOnCheckoutCompleted(FollowUp[Checkout, VatCheck]):
    """The tax was charged as for anybody; what the register says at last corrects it, or confirms it."""

    name = "ask_vat_on_checkout_completed"
    topic = "checkout.completed"

    def __init__(self, checkouts: Checkouts, taxing: Taxing, clock: Clock, schedule: Schedule) -> None:
        """Settle doubts about the tax of `checkouts`."""
        super().__init__(clock, schedule)
        self._checkouts = checkouts
        self._taxing = taxing

    @override
    async def concerns(self, envelope: Envelope) -> bool:
        event = envelope.event
        return self.waits(await self._checkouts.glance(event.originator_id, at_least=event.originator_version))

    @property
    @override
    def offsets(self) -> Offsets:
        return self._schedule.vat

    @override
    async def get(self, stream_id: UUID) -> Checkout:
        return await self._checkouts.get(stream_id)

    @override
    def waits(self, thing: Checkout) -> bool:
        return thing.taxed is not None and thing.taxed.is_doubtful

    @override
    async def ask(self, thing: Checkout) -> VatCheck | None:
        return await self._taxing.ask_again(thing)

    @override
    async def apply(self, thing: Checkout, outcome: VatCheck) -> None:
        await self._taxing.settle(thing.id, outcome)

    @override
    async def give_up(self, thing: Checkout) -> NoReturn:
        raise VatNumberUnconfirmed
