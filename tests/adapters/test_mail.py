"""Mail over SMTP and in memory, held to one contract; and what only a real line can do."""

from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_string
from email.message import Message as Parsed

import pytest

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.memory.mailer import MemoryMailer
from ledger.adapters.smtp import SmtpMailer, SmtpServer
from ledger.application.mailer import MailNotConfigured, MailRefused, MailUnavailable, NoMailer
from ledger.runtime.mail_settings import Security
from tests.adapters.contracts.mail import MESSAGE, MailerContract
from tests.support.examples import NOW
from tests.support.smtp_server import SmtpBox, smtp_server


class InMemory:
    """The mailer in memory."""

    def __init__(self) -> None:
        self.mailer = MemoryMailer()

    def taken(self) -> list[tuple[str, str, str]]:
        return [(each.message_id, each.to, each.text) for each in self.mailer.taken]

    def refuse(self, address: str) -> None:
        self.mailer.unknown.add(address)

    def be_away(self) -> None:
        self.mailer.is_away = True


class OverSmtp:
    """SMTP to a server on loopback."""

    def __init__(self, box: SmtpBox) -> None:
        self.box = box
        self.server = SmtpServer(host="127.0.0.1", port=box.port, security=Security.NONE, sender="till@shop.example")
        self.mailer = SmtpMailer(self.server, SettableClock(NOW))

    def taken(self) -> list[tuple[str, str, str]]:
        return [_read(each) for each in self.box.taken]

    def refuse(self, address: str) -> None:
        self.box.unknown.add(address)

    def be_away(self) -> None:
        self.box.is_busy = True


def _parsed(text: str) -> Parsed:
    return message_from_string(text.removesuffix(".\r\n"))


def _read(text: str) -> tuple[str, str, str]:
    parsed = _parsed(text)
    payload = parsed.get_payload(decode=True)
    assert isinstance(payload, bytes)
    name, _, host = parsed["Message-ID"].strip("<>").partition("@")
    assert host == "shop.example"
    return name, parsed["To"], payload.decode().replace("\r\n", "\n")


@pytest.fixture
async def smtp() -> AsyncIterator[OverSmtp]:
    async with smtp_server() as box:
        yield OverSmtp(box)


class TestMemoryMailer(MailerContract):
    """The contract, in memory."""

    @pytest.fixture
    def mail(self) -> InMemory:
        return InMemory()


class TestSmtpMailer(MailerContract):
    """The contract, over SMTP."""

    @pytest.fixture
    def mail(self, smtp: OverSmtp) -> OverSmtp:
        return smtp


async def test_a_lost_answer_leaves_it_open_whether_it_was_taken(smtp: OverSmtp) -> None:
    """PAY-10: it is handed in again, and the same message id lets the reader's mail program show one."""
    smtp.box.cuts_after_taking = 1
    with pytest.raises(MailUnavailable):
        await smtp.mailer.send(MESSAGE)
    await smtp.mailer.send(MESSAGE)
    assert len({each[0] for each in smtp.taken()}) == 1


async def test_a_line_that_cannot_be_made_safe_is_not_used(smtp: OverSmtp) -> None:
    """SEC: a server that offers no TLS is told nothing, not even the recipient."""
    mailer = SmtpMailer(replace(smtp.server, security=Security.STARTTLS), SettableClock(NOW))
    with pytest.raises(MailUnavailable):
        await mailer.send(MESSAGE)
    assert smtp.taken() == []


async def test_nobody_there_is_unavailable() -> None:
    server = SmtpServer(host="127.0.0.1", port=1, security=Security.NONE, sender="till@shop.example")
    with pytest.raises(MailUnavailable):
        await SmtpMailer(server, SettableClock(NOW)).send(MESSAGE)


async def test_nothing_is_smuggled_into_a_header(smtp: OverSmtp) -> None:
    """Bad input: a line break in an address or a subject."""
    for hostile in (
        replace(MESSAGE, to="ada@example.com\r\nBcc: all@example.com"),
        replace(MESSAGE, subject="Hello\r\nBcc: all@example.com"),
    ):
        with pytest.raises(MailRefused):
            await smtp.mailer.send(hostile)
    assert smtp.taken() == []


async def test_without_a_mail_server_it_is_said() -> None:
    with pytest.raises(MailNotConfigured):
        await NoMailer().send(MESSAGE)
