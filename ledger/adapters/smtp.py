"""SMTP, spoken by the standard library in a thread of its own, so that nobody waits for a slow mail server."""

import asyncio
import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from typing_extensions import override

from ledger.application.clock import Clock
from ledger.application.mailer import Mailer, MailRefused, MailUnavailable, Message
from ledger.application.secret import Secret
from ledger.runtime.mail_settings import Security

FINAL: Final = range(500, 600)
# A header may list several addresses, name groups and carry comments, and a comma or a colon is enough to begin one.
# What is not plainly one address (RFC 5321's Dot-string, a little more lenient about the dots) is written to nobody.
ONE_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where mail is handed in, by whom, and how the line is made safe; a line that is not is never fallen back to."""

    host: str
    port: int
    security: Security
    sender: str
    user: str | None = None
    password: Secret | None = None
    timeout_s: float = 15.0


class SmtpMailer(Mailer):
    """Hands each message in over a connection of its own: there are few, and none is kept waiting for another."""

    def __init__(self, server: SmtpServer, clock: Clock) -> None:
        """Hand messages in at `server`, dated by `clock`."""
        self._server = server
        self._clock = clock

    @override
    async def send(self, message: Message) -> None:
        try:
            written = self._written(message)
        except ValueError:
            # An address or a subject that cannot stand in a header.
            raise MailRefused(None, reason="malformed") from None
        # A thread that outlives a cancelled call hands in what another call hands in under the same message id.
        await asyncio.to_thread(_hand_in, self._server, written)

    def _written(self, message: Message) -> EmailMessage:
        if ONE_ADDRESS.fullmatch(message.to) is None:
            raise ValueError("not one address")
        written = EmailMessage(policy=SMTP)
        written["From"] = self._server.sender
        written["To"] = message.to
        written["Subject"] = message.subject
        written["Date"] = format_datetime(self._clock.now())
        written["Message-ID"] = f"<{message.message_id}@{self._server.sender.rpartition('@')[2]}>"
        # Nobody's holiday notice is to come back (RFC 3834).
        written["Auto-Submitted"] = "auto-generated"
        written.set_content(message.text, cte="quoted-printable")
        return written


def _hand_in(server: SmtpServer, written: EmailMessage) -> None:
    try:
        with _connected(server) as connection:
            if server.user is not None and server.password is not None:
                connection.login(server.user, server.password.reveal().decode())
            connection.send_message(written)
    except smtplib.SMTPRecipientsRefused as refusal:
        statuses = [status for status, _ in refusal.recipients.values()]
        raise _meaning_of(min(statuses, default=0)) from None
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refusal:
        raise _meaning_of(refusal.smtp_code) from None
    except (smtplib.SMTPException, OSError) as error:
        # What the server says may repeat the address; the kind of error is enough.
        raise MailUnavailable(None, reason=type(error).__name__) from None


def _connected(server: SmtpServer) -> smtplib.SMTP:
    where, timeout_s = (server.host, server.port), server.timeout_s
    match server.security:
        case Security.TLS:
            return smtplib.SMTP_SSL(*where, timeout=timeout_s, context=ssl.create_default_context())
        case Security.STARTTLS:
            connection = smtplib.SMTP(*where, timeout=timeout_s)
            try:
                connection.starttls(context=ssl.create_default_context())
            except BaseException:
                connection.close()
                raise
            return connection
        case Security.NONE:
            return smtplib.SMTP(*where, timeout=timeout_s)


def _meaning_of(status: int) -> MailRefused | MailUnavailable:
    kind = MailRefused if status in FINAL else MailUnavailable
    return kind(None, smtp_status=status)
