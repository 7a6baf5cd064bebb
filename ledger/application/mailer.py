"""The port through which customers and merchants are written to."""

from dataclasses import dataclass, field
from typing import Protocol

from typing_extensions import override

from ledger.domain.errors import Refused, Unavailable


class MailUnavailable(Unavailable):
    """The mail server did not take the message now; whether it took it is unknown."""

    code = "mail_unavailable"


class MailRefused(Refused):
    """The mail server will not take this message, whoever asks."""

    code = "mail_refused"


class MailNotConfigured(Refused):
    """No mail server is configured here: nobody is written to."""

    code = "mail_not_configured"


@dataclass(frozen=True, slots=True)
class Message:
    """A message in plain text. Sent again under the same `message_id` it is the same message."""

    message_id: str
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


class Mailer(Protocol):
    """Hands messages to a mail server."""

    async def send(self, message: Message) -> None:
        """Have `message` delivered, waiting some 20 seconds at most.

        Raises `MailUnavailable` when it is worth trying again, `MailRefused` or `MailNotConfigured` when it is not.
        """
        ...


class NoMailer(Mailer):
    """Stands where no mail server is configured, and says so."""

    @override
    async def send(self, message: Message) -> None:
        raise MailNotConfigured
