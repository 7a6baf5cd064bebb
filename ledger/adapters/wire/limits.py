"""How long a call to a provider may take, and how much it may answer."""

from dataclasses import dataclass
from typing import Final

from aiohttp import ClientError, ClientResponse

MOST_BYTES_OF_AN_ANSWER: Final = 4 * 1024 * 1024
"""A payment with everything embedded takes some 20 kB; more than this is no answer of a provider's."""
_CHUNK_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one call may take, in seconds, and how many may be under way at once."""

    total_s: float = 20.0
    connect_s: float = 5.0
    connections: int = 100


async def body_of(response: ClientResponse) -> bytes:
    """Return the body of `response`; raise `ClientError` for one that is too long."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        body += chunk
        if len(body) > MOST_BYTES_OF_AN_ANSWER:
            raise ClientError("the answer is too long")
    return bytes(body)
