"""One pool of connections to Stripe per event loop, on which every lost answer looks the same."""

import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import stripe
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from typing_extensions import override

from ledger.adapters.wire.limits import Limits, body_of

Key = Callable[[], Awaitable[str]]


class Transport(stripe.AIOHTTPClient):
    """The SDK's aiohttp client, except that an answer lost while its body is read is a lost answer, too."""

    def __init__(self, session: ClientSession, limits: Limits) -> None:
        """Send over `session`, which somebody else closes."""
        super().__init__(ClientTimeout(total=limits.total_s, sock_connect=limits.connect_s), session=session)
        self._open_session = session
        self._limits = limits

    def keyed(self, key: Key) -> "Transport":
        """Return a transport over the same connections that asks for the account's key at every request."""
        return _KeyedTransport(self._open_session, self._limits, key)

    @override
    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        # Leaving the block closes the connection however we leave it, by a cancelled call as well. Stripe never
        # redirects, and a redirected POST would be a second request.
        args, options = self._get_request_args_kwargs(method, url, headers, post_data)
        try:
            async with self._open_session.request(*args, **options, allow_redirects=False) as response:
                return await _body(response), response.status, response.headers
        except (ClientError, OSError, TimeoutError) as error:
            self._handle_request_error(error)


class _KeyedTransport(Transport):
    """Puts the key into a request at the last moment, so that a rotated key needs no new client and no restart."""

    def __init__(self, session: ClientSession, limits: Limits, key: Key) -> None:
        super().__init__(session, limits)
        self._key = key

    @override
    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        authorized = {**headers, "Authorization": f"Bearer {await self._key()}"}
        return await super().request_async(method, url, authorized, post_data)


@asynccontextmanager
async def open_transport(limits: Limits | None = None) -> AsyncIterator[Transport]:
    """Open the connections of this event loop and close them at the end."""
    limits = limits or Limits()
    _keep_to_the_point()
    trusted = ssl.create_default_context(cafile=stripe.ca_bundle_path)
    connector = TCPConnector(limit=limits.connections, ssl=trusted)
    async with ClientSession(connector=connector, cookie_jar=DummyCookieJar()) as session:
        yield Transport(session, limits)


def _keep_to_the_point() -> None:
    # The SDK reports our latencies and platform to Stripe, and at DEBUG it logs bodies, in which there are client
    # secrets. Both are settings of the whole process.
    stripe.enable_telemetry = False
    logging.getLogger("stripe").setLevel(logging.WARNING)


async def _body(response: ClientResponse) -> bytes:
    body = await body_of(response)
    try:
        body.decode()
    except UnicodeDecodeError:
        # The SDK would let this escape as it is, from a line of its log.
        raise ClientError("the answer is not text") from None
    return body
