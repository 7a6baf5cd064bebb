"""Requests to addresses that merchants choose, against real servers on loopback and hostile names (SEC-8)."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer
from typing_extensions import override

from ledger.adapters.outgoing import GuardedSender
from ledger.adapters.outgoing.addresses import may_connect
from ledger.adapters.outgoing.sender import Patience
from ledger.application.sender import Answered, NotAnswered, UrlRefused

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
QUICK = Patience(total_s=2.0, connect_s=1.0, excerpt_s=0.2)


class Names(AbstractResolver):
    """Resolves any name to the next of some addresses, and to the last for ever."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self.addresses.pop(0) if len(self.addresses) > 1 else self.addresses[0]
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
        ]

    @override
    async def close(self) -> None:
        """There is nothing to close."""


@asynccontextmanager
async def answering(handler: Answer) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Serve `handler`; give the address and the bodies that came."""
    came: list[bytes] = []

    async def kept(request: web.Request) -> web.StreamResponse:
        came.append(await request.read())
        return await handler(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", kept)
    async with TestServer(app) as server:
        yield str(server.make_url("/hook")), came


async def test_the_body_arrives_byte_for_byte_and_the_answer_is_cut_and_made_plain() -> None:
    """OUT-1, SEC-8."""

    async def fine(request: web.Request) -> web.Response:
        assert request.headers["webhook-id"] == "ntf_1"
        return web.Response(status=202, body=b"\x1b[31mthanks\r\n\x00\xff" + b"x" * 5000)

    async with answering(fine) as (url, came):
        answer = await GuardedSender(loopback=True).send(url, {"webhook-id": "ntf_1"}, b'{"a": 1}')
    assert came == [b'{"a": 1}']
    assert isinstance(answer, Answered)
    assert (answer.status, answer.excerpt[:11], len(answer.excerpt)) == (202, "[31mthanks ", 300)
    assert answer.excerpt.isprintable()


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    """OUT-2, SEC-8."""

    async def elsewhere(_request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "/other", "Retry-After": "7"})

    async with answering(elsewhere) as (url, came):
        answer = await GuardedSender(loopback=True).send(url, {}, b"{}")
    assert answer == Answered(307, "7", "")
    assert len(came) == 1


async def test_an_endless_or_dripping_answer_is_left_where_it_is() -> None:
    """SEC-8: the status counts, and no more than its beginning is read."""

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65_536 if request.path == "/hook" else b"x")
                await asyncio.sleep(0.02)
        except (ConnectionError, OSError):
            return response

    async with answering(endless) as (url, _):
        sender = GuardedSender(loopback=True, patience=QUICK)
        async with asyncio.timeout(5):
            quick = await sender.send(url, {}, b"{}")
            slow = await sender.send(url.replace("/hook", "/drip"), {}, b"{}")
    assert isinstance(quick, Answered)
    assert isinstance(slow, Answered)
    assert len(quick.excerpt) == 300
    assert 0 < len(slow.excerpt) < 300


async def test_who_never_answers_is_left_in_time() -> None:
    """OUT-2."""
    never = asyncio.Event()

    async def silent(_request: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    async with answering(silent) as (url, _):
        sender = GuardedSender(loopback=True, patience=Patience(total_s=0.3, connect_s=0.3))
        answer = await sender.send(url, {}, b"{}")
        never.set()
    assert answer == NotAnswered("timeout")


async def test_a_compressed_answer_is_not_blown_up() -> None:
    """SEC-8."""

    async def bomb(request: web.Request) -> web.Response:
        assert request.headers["Accept-Encoding"] == "identity"
        return web.Response(body=gzip.compress(b"0" * 50_000_000), headers={"Content-Encoding": "gzip"})

    async with answering(bomb) as (url, _):
        answer = await GuardedSender(loopback=True).send(url, {}, b"{}")
    assert isinstance(answer, Answered)
    assert "000" not in answer.excerpt


async def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """SEC-8."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def fine(_request: web.Request) -> web.Response:
        return web.Response(status=204)

    async with answering(fine) as (url, _):
        assert await GuardedSender(loopback=True).send(url, {}, b"{}") == Answered(204)


async def test_nobody_listening_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        assert await GuardedSender(loopback=True).send(url, {}, b"{}") == NotAnswered("unreachable")


async def test_a_name_that_changes_its_mind_is_held_to_the_address_connected_to() -> None:
    """SEC-8: whoever looked it up before heard of a public address; the socket does not go to the other."""
    names = Names("93.184.215.14", "127.0.0.1")
    before = await names.resolve("shop.example", 443)
    assert may_connect(before[0]["host"], loopback=False)
    answer = await GuardedSender(resolver=names).send("https://shop.example/hook", {}, b"{}")
    assert answer == NotAnswered("address_refused")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "localhost", "127.1"]
)
async def test_an_address_in_digits_passes_no_easier_than_a_name(host: str) -> None:
    """SEC-8: no name is looked up for these, so that a check of the resolver's answer would not see them."""
    answer = await GuardedSender().send(f"https://{host}:8443/hook", {}, b"{}")
    assert answer in (NotAnswered("address_refused"), NotAnswered("unreachable"))
    if host in {"127.0.0.1", "[::1]", "localhost"}:
        assert answer == NotAnswered("address_refused")


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "https://user:secret@shop.example/",
        "https://user@shop.example/",
        "https://shop.example:22/",
        "https://shop.example:80/",
        "https://shop.example/#part",
        "https:///hook",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "https://shop.example\\@127.0.0.1/",
        "https://shop.example/\r\nX: y",
        "https://shop.example:99999/",
        "https://" + "x" * 3000,
        "",
        "nonsense",
    ],
)
async def test_an_address_that_is_no_plain_https_is_refused_before_anything_is_sent(url: str) -> None:
    """SEC-8."""
    with pytest.raises(UrlRefused):
        GuardedSender().require(url)
    assert await GuardedSender().send(url, {}, b"{}") == NotAnswered("url_refused")
