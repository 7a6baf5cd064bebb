"""When a customer who was away must act, mail them where; they are told once, in the same words."""

from datetime import datetime

from typing_extensions import override

from consumers.consumer import Again, Consumer
from consumers.handing_in import HandingIn
from ledger.application.mailer import Mailer
from ledger.application.mails import Mails
from ledger.application.mapper import Envelope
from ledger.application.payments import Payments
from ledger.application.work import WorkItem
from ledger.domain.charge import PaymentStatus
from ledger.domain.payment import Payment


class MailOnActionRequired(Consumer):
    """Queues the mail, hands it in, and records that. Dying in between hands it in again, under the same id."""

    name = "mail_on_action_required"
    topic = "payment.action_required"

    def __init__(self, payments: Payments, mails: Mails, mailer: Mailer) -> None:
        """Have `mailer` ask the customers of `payments` to act, and keep `mails`."""
        self._payments = payments
        self._mails = mails
        self._handing_in = HandingIn(mails, mailer)

    @override
    async def concerns(self, envelope: Envelope) -> bool:
        return _was_away(await self._payments.glance(envelope.event.originator_id))

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        payment = await self._payments.get(item.stream_id)
        if not _was_away(payment):
            return None
        mail = await self._mails.asking_to_act(payment)
        await self._handing_in.settle(mail, is_needed=payment.status is PaymentStatus.ACTION_REQUIRED)
        return None


def _was_away(payment: Payment) -> bool:
    return payment.charge.customer is not None and payment.charge.customer.off_session
