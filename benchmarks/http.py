"""A load generator that costs little: raw connections, one request after the other on each."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Final

from typing_extensions import override

SEPARATOR: Final = b"\r\n\r\n"
LENGTH: Final = b"content-length:"


class Connection(asyncio.Protocol):
    """Sends the next request as soon as an answer is complete, and keeps how long each took, in seconds."""

    def __init__(self, requests: Callable[[], bytes | None], done: asyncio.Future[None]) -> None:
        """Take requests from `requests` until it has none."""
        self.took: list[float] = []
        self.answers: list[bytes] = []
        self._requests = requests
        self._done = done
        self._buffer = b""
        self._begun = 0.0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(SEPARATOR)
        if not found or len(body) < _length(head):
            return
        assert head.startswith((b"HTTP/1.1 2", b"HTTP/1.1 409")), self._buffer
        self.took.append(perf_counter() - self._begun)
        self.answers.append(body)
        self._buffer = b""
        self._next()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))

    def _next(self) -> None:
        request = self._requests()
        if request is None:
            self._done.set_result(None)
            self._transport.close()
            return
        self._begun = perf_counter()
        self._transport.write(request)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(LENGTH):
            return int(line[len(LENGTH) :])
    raise AssertionError("an answer without a length")


async def load(port: int, requests: list[bytes], *, connections: int) -> tuple[list[float], list[bytes]]:
    """Send all requests over so many connections; return how long each took and what was answered."""
    loop, left = asyncio.get_running_loop(), iter(requests)
    waiting, opened = [], []
    for _ in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        _, protocol = await loop.create_connection(
            lambda done=done: Connection(lambda: next(left, None), done),  # type: ignore[misc]
            "127.0.0.1",
            port,
        )
        waiting.append(done)
        opened.append(protocol)
    await asyncio.gather(*waiting)
    return (
        [took for connection in opened for took in connection.took],
        [answer for connection in opened for answer in connection.answers],
    )


def request(method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """Write a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + SEPARATOR + body


def cpu_s(pid: int) -> float:
    """Return the processor time a process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
