"""A mail server in memory: it keeps what it was given, once by message id, and fails as it is told to."""

from typing_extensions import override

from ledger.application.mailer import Mailer, MailRefused, MailUnavailable, Message


class MemoryMailer(Mailer):
    """Delivers nothing anywhere."""

    def __init__(self) -> None:
        """Begin with an empty box."""
        self.taken: list[Message] = []
        self.unknown: set[str] = set()
        self.is_away = False

    @override
    async def send(self, message: Message) -> None:
        if self.is_away:
            raise MailUnavailable
        if message.to in self.unknown:
            raise MailRefused
        self.taken.append(message)
