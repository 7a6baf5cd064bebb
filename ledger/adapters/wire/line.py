"""One account's line to its provider: its key goes into a request at the last moment, and nowhere else."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

import orjson
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from typing_extensions import override

from ledger.adapters.wire.answer import Answer, Question
from ledger.adapters.wire.limits import Limits, body_of
from ledger.application.ipn.strict_json import read
from ledger.application.ipn.verdict import Rejected
from ledger.application.provider import ProviderUnreachable

Credentials = Callable[[], Awaitable[Mapping[str, str]]]
"""Returns the headers that say who asks; asked for at every request, so that a rotated key needs no restart."""

IDEMPOTENCY_KEY: Final = "Idempotency-Key"
_EMPTY: Final = b"{}"


class Line:
    """Asks one provider, for one account. Nothing is ever retried here: each try is the ledger's decision."""

    def __init__(
        self, session: ClientSession, base_url: str, credentials: Credentials, limits: Limits | None = None
    ) -> None:
        """Speak to `base_url` over `session`, which somebody else closes."""
        limits = limits or Limits()
        self._session = session
        self._base_url = base_url.rstrip("/")
        self._credentials = credentials
        self._timeout = ClientTimeout(total=limits.total_s, sock_connect=limits.connect_s)

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._base_url!r})"

    async def ask(self, question: Question) -> Answer:
        """Return the answer, whatever its status; raise `ProviderUnreachable` if it is lost or cannot be read.

        An empty body is an empty object. A cancelled call is as unknown as a lost answer.
        """
        headers = {**await self._credentials(), "Content-Type": "application/json"}
        if question.key is not None:
            headers[IDEMPOTENCY_KEY] = question.key
        body = None if question.body is None else orjson.dumps(question.body)
        try:
            # A redirected POST would be a second request, and to whom?
            async with self._session.request(
                question.method,
                self._base_url + question.path,
                data=body,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                return _read(response.status, await body_of(response))
        except (ClientError, OSError, TimeoutError):
            # Not chained: a client's error names addresses and may repeat what was sent.
            raise ProviderUnreachable from None


def _read(status: int, raw: bytes) -> Answer:
    content = read(raw or _EMPTY)
    if not isinstance(content, Rejected):
        return Answer(status, content)
    answer = Answer(status, {})
    if answer.accepted:
        raise ProviderUnreachable("The provider's answer cannot be read.", provider_status=status)
    return answer


@asynccontextmanager
async def open_session(limits: Limits | None = None) -> AsyncIterator[ClientSession]:
    """Open the connections of this event loop to all providers and close them at the end."""
    limits = limits or Limits()
    connector = TCPConnector(limit=limits.connections, ssl=ssl.create_default_context())
    async with ClientSession(connector=connector, cookie_jar=DummyCookieJar()) as session:
        yield session
