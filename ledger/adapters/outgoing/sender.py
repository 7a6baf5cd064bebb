"""Posting to an address that a stranger chose: what is checked is the address of the socket itself (SEC-8)."""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from aiohttp import (
    AddrInfoType,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver
from typing_extensions import override

from ledger.adapters.outgoing.addresses import may_connect
from ledger.application.sender import Answered, NotAnswered, Sender, UrlRefused

PORT: Final = 443
PORTS: Final = frozenset({PORT, 8443})
MOST_BYTES_READ: Final = 1024
LONGEST_EXCERPT: Final = 300
LONGEST_URL: Final = 2048


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request may take, and reading the beginning of its answer, in seconds."""

    total_s: float = 20.0
    connect_s: float = 5.0
    excerpt_s: float = 2.0


class _AddressRefused(OSError):
    """The name resolved to an address that nobody outside may have us connect to."""


class _Guard:
    """Makes the sockets of one request, after the last look-up and right before they connect."""

    def __init__(self, *, loopback: bool) -> None:
        self._loopback = loopback
        self.refused = False

    def socket_to(self, address: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, where = address
        if not may_connect(str(where[0]), loopback=self._loopback):
            self.refused = True
            raise _AddressRefused("this address is not connected to")
        return socket.socket(family, kind, protocol)


class GuardedSender(Sender):
    """Sends each request over a connection of its own; nothing of one merchant's is there for another's."""

    def __init__(
        self,
        *,
        loopback: bool = False,
        patience: Patience | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        """With `loopback`, which is for development, http to this very machine is allowed on any port."""
        self._loopback = loopback
        self._patience = patience or Patience()
        self._resolver = resolver
        self._tls = ssl.create_default_context()

    @override
    def require(self, url: str) -> None:
        try:
            parsed = urlsplit(url)
            port = parsed.port or PORT
        except ValueError:
            raise UrlRefused from None
        plain = len(url) <= LONGEST_URL and url.isascii() and url.isprintable() and " " not in url and "\\" not in url
        if not plain or not parsed.hostname or "@" in parsed.netloc or "#" in url:
            raise UrlRefused
        if self._loopback and parsed.scheme in {"http", "https"}:
            return
        if parsed.scheme != "https" or port not in PORTS:
            raise UrlRefused

    @override
    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered | NotAnswered:
        try:
            self.require(url)
        except UrlRefused:
            return NotAnswered("url_refused")
        guard = _Guard(loopback=self._loopback)
        try:
            return await self._send(url, headers, body, guard)
        except TimeoutError:
            return NotAnswered("timeout")
        except (ClientError, OSError, ValueError):
            return NotAnswered("address_refused" if guard.refused else "unreachable")

    async def _send(self, url: str, headers: Mapping[str, str], body: bytes, guard: _Guard) -> Answered:
        connector = TCPConnector(
            resolver=self._resolver,
            socket_factory=guard.socket_to,
            use_dns_cache=False,
            force_close=True,
            ssl=self._tls,
        )
        timeout = ClientTimeout(total=self._patience.total_s, sock_connect=self._patience.connect_s)
        async with (
            ClientSession(
                connector=connector,
                cookie_jar=DummyCookieJar(),
                timeout=timeout,
                trust_env=False,
                auto_decompress=False,
            ) as session,
            session.post(
                url,
                data=body,
                headers={**headers, "Content-Type": "application/json", "Accept-Encoding": "identity"},
                allow_redirects=False,
            ) as response,
        ):
            excerpt = await self._beginning(response)
            return Answered(response.status, response.headers.get("Retry-After"), excerpt)

    async def _beginning(self, response: ClientResponse) -> str:
        """Return how the answer begins, on one line; its status is known, whatever becomes of the rest."""
        read = bytearray()
        with suppress(TimeoutError, ClientError):
            async with asyncio.timeout(self._patience.excerpt_s):
                while len(read) < MOST_BYTES_READ and (chunk := await response.content.read(MOST_BYTES_READ)):
                    read += chunk
        text = bytes(read[:MOST_BYTES_READ]).decode(errors="replace")
        shown = "".join(each if each.isprintable() else " " for each in text)
        return " ".join(shown.split())[:LONGEST_EXCERPT]
