"""VIES over HTTP: little time, few bytes, no redirects, and no exception that reaches anybody."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from typing_extensions import override

from ledger.adapters.vies import envelopes
from ledger.application.vat.vies import Answer, Silence, Vies, unknown
from ledger.domain.vat.number import VatNumber
from ledger.runtime.telemetry import instruments

MOST_BYTES: Final = 64 * 1024
"""An answer takes about one kB."""
TOTAL_S: Final = 3.0
_CONNECTIONS: Final = 32
_CHUNK_BYTES: Final = 8_192
# What a body that came in packed would grow to, nobody knows: none is asked for, and none is unpacked.
_HEADERS: Final = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""', "Accept-Encoding": "identity"}
_REDIRECTS: Final = range(300, 400)


class ViesOverHttp(Vies):
    """Asks the service at one address; nothing is ever asked twice here."""

    def __init__(self, session: ClientSession, url: str, *, total_s: float = TOTAL_S) -> None:
        """Ask over `session`, which somebody else closes; a question takes at most `total_s`."""
        self._session = session
        self._url = url
        self._timeout = ClientTimeout(total=total_s)

    @override
    async def ask(self, number: VatNumber, requester: VatNumber | None = None) -> Answer:
        answer = await self._asked(number, requester)
        outcome = answer.state.value if answer.reason is None else answer.reason.value
        instruments().vies_answers.add(1, {"country": number.country, "outcome": outcome})
        return answer

    async def _asked(self, number: VatNumber, requester: VatNumber | None) -> Answer:
        try:
            async with self._session.post(
                self._url,
                data=envelopes.question(number, requester),
                headers=_HEADERS,
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                if response.status in _REDIRECTS:
                    return unknown(Silence.REDIRECTED)
                body = await _body_of(response)
        except TimeoutError:
            return unknown(Silence.TIMEOUT)
        except (ClientError, OSError):
            return unknown(Silence.UNREACHABLE)
        if body is None:
            return unknown(Silence.ANSWER_TOO_LONG)
        return envelopes.answer(number, requester, envelopes.Reply(response.status, body))


async def _body_of(response: ClientResponse) -> bytes | None:
    """Return the body, None for one that is too long: then the connection is closed, and the rest never read."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        body += chunk
        if len(body) > MOST_BYTES:
            response.close()
            return None
    return bytes(body)


@asynccontextmanager
async def open_vies(url: str, *, total_s: float = TOTAL_S) -> AsyncIterator[Vies]:
    """Open the connections to the service at `url` and close them at the end."""
    connector = TCPConnector(limit=_CONNECTIONS, ssl=ssl.create_default_context())
    async with ClientSession(connector=connector, cookie_jar=DummyCookieJar(), auto_decompress=False) as session:
        yield ViesOverHttp(session, url, total_s=total_s)
