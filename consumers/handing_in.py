"""Handing in a mail that is queued, and recording what became of it."""

from ledger.application import ids
from ledger.application.mailer import Mailer, MailNotConfigured, MailRefused, Message
from ledger.application.mails import Mails
from ledger.domain.mail import Mail, MailStatus


class HandingIn:
    """Dying before it is recorded hands the mail in again, under the same id."""

    def __init__(self, mails: Mails, mailer: Mailer) -> None:
        """Have `mailer` take what is queued, and record it with `mails`."""
        self._mails = mails
        self._mailer = mailer

    async def settle(self, mail: Mail, *, is_needed: bool) -> None:
        """Send a mail that is queued if it `is_needed` still, or record why nobody is told."""
        if mail.status is not MailStatus.QUEUED:
            return
        reason = await self._sent(mail) if is_needed else "no_longer_needed"
        await self._mails.record(mail.id, Mail.send if reason is None else lambda each: each.fail(reason))

    async def _sent(self, mail: Mail) -> str | None:
        terms = mail.terms
        if terms.to is None:
            return "address_missing"
        message = Message(ids.outside("mail", mail.id), terms.to.text, terms.subject, terms.text.text)
        try:
            await self._mailer.send(message)
        except (MailRefused, MailNotConfigured) as refusal:
            return refusal.code
        return None
