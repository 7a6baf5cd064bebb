"""Mail over real lines: TLS that is verified, servers that refuse, delay or say nothing, and hostile words."""

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_string
from pathlib import Path

import pytest

from ledger.adapters.memory.clock import SettableClock
from ledger.adapters.smtp import SmtpMailer, SmtpServer
from ledger.application.mailer import MailRefused, MailUnavailable
from ledger.application.secret import Secret
from ledger.runtime.mail_settings import Security
from tests.adapters.contracts.mail import MESSAGE
from tests.support.certificates import Authority
from tests.support.examples import NOW
from tests.support.smtp_server import SmtpBox, smtp_server

HERE = "127.0.0.1"
SAFE = (Security.TLS, Security.STARTTLS)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The authority, known to this machine as any other."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


@pytest.fixture
async def plain() -> AsyncIterator[SmtpBox]:
    async with smtp_server() as box:
        yield box


def mailer(box: SmtpBox, security: Security = Security.NONE, **changes: object) -> SmtpMailer:
    server = SmtpServer(host=HERE, port=box.port, security=security, sender="till@shop.example", timeout_s=5)
    return SmtpMailer(replace(server, **changes), SettableClock(NOW))  # type: ignore[arg-type]


async def over(security: Security, authority: Authority, *, host: str = HERE) -> AsyncIterator[SmtpBox]:
    """Serve a box behind a certificate for `host`."""
    context = authority.vouching_for(host)
    async with smtp_server(tls=context if security is Security.TLS else None) as box:
        box.starts_tls = context if security is Security.STARTTLS else None
        box.offers_login = True
        yield box


@pytest.mark.parametrize("security", SAFE)
async def test_mail_and_password_go_over_a_line_that_is_verified(trusted: Authority, security: Security) -> None:
    """SEC: nothing is said in the clear but that TLS is to begin."""
    async for box in over(security, trusted):
        await mailer(box, security, user="till", password=Secret("s3cret")).send(MESSAGE)
        assert len(box.taken) == 1
        assert {line.partition(" ")[0].upper() for line in box.in_the_clear} <= {"EHLO", "STARTTLS"}
        assert (security is Security.STARTTLS) is bool(box.in_the_clear)


@pytest.mark.parametrize("security", SAFE)
@pytest.mark.parametrize("is_known", [False, True])
async def test_a_server_that_cannot_show_who_it_is_is_told_nothing(
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    security: Security,
    is_known: bool,  # noqa: FBT001
) -> None:
    """SEC: an unknown authority, or a known one that vouches for another host."""
    if is_known:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    async for box in over(security, authority, host="mail.example" if is_known else HERE):
        with pytest.raises(MailUnavailable) as error:
            await mailer(box, security).send(MESSAGE)
        assert error.value.facts["reason"] == "SSLCertVerificationError"
        assert (box.recipients, box.taken) == ([], [])


async def test_an_offer_of_tls_that_is_taken_away_is_not_done_without(plain: SmtpBox) -> None:
    """SEC: who strips the offer learns neither the password nor the recipient."""
    plain.offers_login = True
    with pytest.raises(MailUnavailable):
        await mailer(plain, Security.STARTTLS, user="till", password=Secret("s3cret")).send(MESSAGE)
    assert {line.partition(" ")[0].upper() for line in plain.in_the_clear} <= {"EHLO", "QUIT"}


async def test_a_server_that_says_nothing_is_not_waited_for(plain: SmtpBox) -> None:
    """CONS-4: it may have more to say later."""
    plain.is_silent = True
    async with asyncio.timeout(5):
        with pytest.raises(MailUnavailable):
            await mailer(plain, timeout_s=0.2).send(MESSAGE)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(("status", "meaning"), [(421, MailUnavailable), (452, MailUnavailable), (554, MailRefused)])
async def test_what_is_refused_for_good_is_not_tried_again_and_what_is_put_off_is(
    plain: SmtpBox, verb: str, status: int, meaning: type[Exception]
) -> None:
    """CONS-4, SEC-3: at whatever it says so; its words, which may repeat the address, are not kept."""
    plain.answers[verb] = f"{status} not for ada@example.com"
    with pytest.raises(meaning) as error:
        await mailer(plain).send(MESSAGE)
    assert "ada@" not in repr(error.value) + str(error.value)
    assert plain.taken == []


async def test_a_password_that_is_refused_may_be_put_right(trusted: Authority) -> None:
    """CONS-4, SEC-3: it says nothing about the message, and shows the password nowhere."""
    async for box in over(Security.TLS, trusted):
        box.answers["AUTH"] = "535 no"
        with pytest.raises(MailUnavailable) as error:
            await mailer(box, Security.TLS, user="till", password=Secret("s3cret")).send(MESSAGE)
        shown = repr(error.value) + str(error.value)
        assert "s3cret" not in shown
        assert base64.b64encode(b"\0till\0s3cret").decode() not in shown


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\x00", "\x7f"])
async def test_no_sign_in_a_subject_begins_a_header(plain: SmtpBox, sign: str) -> None:
    """Bad input: it is refused, or it is a sign like any other."""
    hostile = replace(
        MESSAGE, subject=f"Hello{sign}Bcc: all@example.com{sign}{'word ' * 30}{sign}Bcc: all@example.com"
    )
    try:
        await mailer(plain).send(hostile)
    except MailRefused:
        assert plain.taken == []
    for each in plain.taken:
        assert "Bcc" not in message_from_string(each)
    assert all("all@" not in line for line in plain.recipients)


@pytest.mark.parametrize(
    "address",
    [
        "mallory,ada@example.com",
        "friends:ada@example.com",
        "mallory;ada@example.com",
        "<ada@example.com",
        "(mallory)ada@example.com",
        '"mallory@evil.example,"@example.com',
        "ada@example.com>",
        "ada@[127.0.0.1]",
        "ada@example..com",
        "äda@example.com",
        "ada",
        "",
    ],
)
async def test_an_address_is_one_address(plain: SmtpBox, address: str) -> None:
    """Bad input: no list, group or comment brings the words to somebody else."""
    with pytest.raises(MailRefused):
        await mailer(plain).send(replace(MESSAGE, to=address))
    assert (plain.recipients, plain.taken) == ([], [])


async def test_no_line_of_the_words_ends_the_message_or_begins_another(plain: SmtpBox) -> None:
    """Bad input: however its lines end."""
    text = "a\n.\nb\r\n.\r\nMAIL FROM:<mallory@evil.example>\r\n\r.\rc\n"
    await mailer(plain).send(replace(MESSAGE, text=text))
    (taken,) = plain.taken
    assert len(plain.recipients) == 1
    assert "mallory@evil.example" in taken
