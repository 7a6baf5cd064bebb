"""When a customer who was away must act, mail them where; they are told once, in the same words."""

from datetime import datetime

from typing_extensions import override

from consumers.consumer import Again, Consumer
from ledger.application import ids
from ledger.application.mailer import Mailer, MailNotConfigured, MailRefused, Message
from ledger.application.mails import Mails
from ledger.application.mapper import Envelope
from ledger.application.payments import Payments
from ledger.application.work import WorkItem
from ledger.domain.charge import PaymentStatus
from ledger.domain.mail import Mail, MailStatus
from ledger.domain.payment import Payment


class MailOnActionRequired(Consumer):
    """Queues the mail, hands it in, and records that. Dying in between hands it in again, under the same id."""

    name = "mail_on_action_required"
    topic = "payment.action_required"

    def __init__(self, payments: Payments, mails: Mails, mailer: Mailer) -> None:
        """Have `mailer` ask the customers of `payments` to act, and keep `mails`."""
        self._payments = payments
        self._mails = mails
        self._mailer = mailer

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
        if mail.status is not MailStatus.QUEUED:
            return None
        reason = await self._sent(mail, payment)
        await self._mails.record(mail.id, Mail.send if reason is None else lambda each: each.fail(reason))
        return None

    async def _sent(self, mail: Mail, payment: Payment) -> str | None:
        """Hand the mail in; return None, or the reason why nobody is told."""
        if payment.status is not PaymentStatus.ACTION_REQUIRED:
            return "no_longer_needed"
        if mail.terms.to is None:
            return "address_missing"
        message = Message(ids.outside("mail", mail.id), mail.terms.to.text, mail.terms.subject, mail.terms.text.text)
        try:
            await self._mailer.send(message)
        except (MailRefused, MailNotConfigured) as refusal:
            return refusal.code
        return None


def _was_away(payment: Payment) -> bool:
    return payment.charge.customer is not None and payment.charge.customer.off_session
