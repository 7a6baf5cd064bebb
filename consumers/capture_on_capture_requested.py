"""When a merchant takes what is held, have the provider take it, and record what it took."""

from datetime import datetime

from typing_extensions import override

from consumers.at_provider import AtProvider
from consumers.consumer import Again, Consumer
from consumers.schedule import Schedule, again
from ledger.application.clock import Clock
from ledger.application.holds import Holds
from ledger.application.mapper import Envelope
from ledger.application.payments import Payments
from ledger.application.provider import (
    ActionRequired,
    Authorized,
    Outcome,
    Pending,
    ProviderRefused,
    Unconfirmed,
)
from ledger.application.work import WorkItem
from ledger.domain.capturing import CaptureOrder
from ledger.domain.charge import PaymentStatus
from ledger.domain.errors import Refused, Unavailable
from ledger.domain.payment import Payment


class CaptureStillUnknown(Refused):
    """The provider could not tell what became of this capture while its key was alive; somebody must find out."""

    code = "capture_still_unknown"


class CaptureOnCaptureRequested(Consumer):
    """Takes once in effect, however often it is asked to: one key and the same amount for each capture (IDEM-11)."""

    name = "capture_on_capture_requested"
    topic = "payment.capture_requested"

    def __init__(
        self, payments: Payments, holds: Holds, at_provider: AtProvider, clock: Clock, schedule: Schedule
    ) -> None:
        """Capture `payments` at their providers; what they refuse is recorded in `holds`."""
        self._payments = payments
        self._holds = holds
        self._at_provider = at_provider
        self._clock = clock
        self._schedule = schedule

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        payment = await self._payments.get(item.stream_id)
        order = payment.captures.order
        if order is None or payment.status is not PaymentStatus.CAPTURING:
            return None
        key_lives = self._clock.now() - envelope.recorded_at < self._schedule.key_life
        try:
            # The capture comes before the record of it. If we die in between, the item is handled again and the same
            # key fetches the same capture.
            ask = self._at_provider.capture if key_lives else self._at_provider.lookup
            outcome = await ask(payment)
            if _says_nothing_of(order, payment, outcome):
                # What is answered again under a key is how it was then; a look tells how it is now.
                outcome = await self._at_provider.lookup(payment)
        except ProviderRefused as refusal:
            await self._holds.refuse_capture(payment.id, order.number, refusal)
            return None
        except Unavailable:
            if item.failures + 1 < self._schedule.confirm_tries:
                raise
            return self._later(envelope)
        if _says_nothing_of(order, payment, outcome):
            return self._later(envelope)
        await self._payments.apply(payment.id, outcome)
        return None

    def _later(self, envelope: Envelope) -> Again:
        coming = again(self._schedule.unknown, since=envelope.recorded_at, now=self._clock.now())
        if coming is None:
            raise CaptureStillUnknown
        return coming


def _says_nothing_of(order: CaptureOrder, payment: Payment, outcome: Outcome) -> bool:
    """Tell whether it is open what becomes of the capture: nothing has changed, or the provider is still at it."""
    if isinstance(outcome, Authorized):
        return outcome.captured_minor < payment.captures.taken_minor + order.amount.minor
    return isinstance(outcome, ActionRequired | Pending | Unconfirmed)
