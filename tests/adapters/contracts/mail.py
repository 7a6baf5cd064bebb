"""What a mailer must do, whatever it hands messages in to."""

from typing import Protocol

import pytest

from ledger.application.mailer import Mailer, MailRefused, MailUnavailable, Message

MESSAGE = Message("ml_1", "ada@example.com", "Please confirm", "Grüße: https://pay.example/checkout/cs_1\n")


class MailWorld(Protocol):
    """A mailer, and hands on what lies behind it."""

    mailer: Mailer

    def taken(self) -> list[tuple[str, str, str]]:
        """Return message id, recipient and text of what was taken."""
        ...

    def refuse(self, address: str) -> None:
        """Know nobody at `address`."""
        ...

    def be_away(self) -> None:
        """Take nothing for now."""
        ...


class MailerContract:
    """Subclass it, and give a fixture `mail`."""

    async def test_a_message_is_taken_whole_and_again_under_the_same_id(self, mail: MailWorld) -> None:
        """PAY-10."""
        for _ in range(2):
            await mail.mailer.send(MESSAGE)
        assert mail.taken() == [(MESSAGE.message_id, MESSAGE.to, MESSAGE.text)] * 2

    async def test_an_address_nobody_has_is_refused_for_good(self, mail: MailWorld) -> None:
        mail.refuse(MESSAGE.to)
        with pytest.raises(MailRefused):
            await mail.mailer.send(MESSAGE)
        assert mail.taken() == []

    async def test_a_server_that_takes_nothing_now_may_later(self, mail: MailWorld) -> None:
        mail.be_away()
        with pytest.raises(MailUnavailable):
            await mail.mailer.send(MESSAGE)
        assert mail.taken() == []

    async def test_a_message_shows_neither_who_nor_what(self, mail: MailWorld) -> None:
        assert MESSAGE.to not in repr(MESSAGE)
        assert "cs_1" not in repr(MESSAGE)
