"""What is not HTTP never reaches us: the server under us refuses it by itself, and no log shows what was in it."""

import asyncio
import io

import pytest

from ledger.runtime.logs import logged
from tests.api.world import World

CARD = "4242424242424242"


async def said_to(world: World, raw: bytes) -> bytes:
    """Send bytes, and return everything that comes back before the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.client.port)
    try:
        writer.write(raw)
        async with asyncio.timeout(10):
            return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\nAuthorization: Bearer %b\x00\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nCard: " + CARD.encode() + b"\x01%b\r\n\r\n",
        b"%b\r\n\r\n",
        b"POST /api/v1/checkouts HTTP/1.1\r\nContent-Length: -1\r\nX-Key: %b\r\n\r\n",
        b"GET / HTTP/1.1\r\nAuthorization: Bearer %b\r\nX: " + b"x" * 40_000 + b"\r\n\r\n",
    ],
    ids=["a NUL in a key", "a control character", "no HTTP", "a negative length", "an endless header"],
)
async def test_what_is_not_http_is_a_bare_400_and_the_end_of_the_connection(world: World, raw: bytes) -> None:
    """SEC-4: there is no request to give an id to and so no problem; documented in `api.limits.PARSER`."""
    before, lines = await world.events(), io.StringIO()
    with logged("INFO", stream=lines):
        answer = await said_to(world, raw.replace(b"%b", world.key.encode()))
    assert answer.startswith((b"HTTP/1.0 400", b"HTTP/1.1 400"))
    assert world.key.partition(".")[2] not in lines.getvalue()
    assert CARD not in lines.getvalue()
    assert await world.events() == before
    assert (await world.get("/health/live")).status == 200
