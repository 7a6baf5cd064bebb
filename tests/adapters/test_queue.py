"""The queues, in memory and over the Redis protocol, keep one contract; the latter with Garnet's commands only."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from redis import Redis

from ledger.adapters.memory.queue import MemoryQueue
from ledger.adapters.queue import connected_queue
from ledger.application.work import Queue, QueueUnavailable
from ledger.runtime.devstack import Server
from tests.adapters.contracts.queue import TOPIC, QueueContract, of_another_queue
from tests.adapters.contracts.work import item

# What Garnet 2 answers to, of all that a client library or a queue might want to send. It has no Streams, and its
# scripts are off unless asked for.
_NAMES = (
    "AUTH BZMPOP BZPOPMAX BZPOPMIN CLIENT|ID CLIENT|SETINFO CLIENT|SETNAME ECHO GET HELLO PING QUIT SELECT SET ZADD"
    " ZCARD ZCOUNT ZMPOP ZPOPMAX ZPOPMIN ZRANGE ZREM ZSCORE"
)
GARNET_HAS = frozenset(_NAMES.split())
CONTAINERS = frozenset({"CLIENT"})


class TestMemoryQueue(QueueContract):
    @pytest.fixture
    def queue(self) -> Queue:
        return MemoryQueue()


class TestRedisQueue(QueueContract):
    @pytest.fixture(params=[2, 3], ids=["RESP2", "RESP3"])
    async def queue(self, request: pytest.FixtureRequest, empty_valkey: str) -> AsyncIterator[Queue]:
        async with connected_queue(empty_valkey, protocol=request.param) as queue:
            yield queue


class Wire:
    """Passes bytes on between a client and the server, and keeps the name of every command that goes by."""

    def __init__(self, url: str) -> None:
        self.commands: set[str] = set()
        found = re.fullmatch(r"redis://(?:[^@]*@)?([^:/]+):(\d+)(/\d+)?", url)
        assert found is not None
        self._host, self._port = found[1], int(found[2])
        self._tasks: set[asyncio.Task[None] | None] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection(self._host, self._port)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pass_on(reader, server_writer, heard=True))
            group.create_task(self._pass_on(server_reader, writer, heard=False))

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, heard: bool) -> None:
        while chunk := await reader.read(65_536):
            if heard:
                self._hear(chunk)
            writer.write(chunk)
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    def _hear(self, chunk: bytes) -> None:
        # A command is an array of bulk strings: *<n>, then each as $<length> and its bytes.
        words = [line.upper().decode() for line in re.findall(rb"\*\d+\r\n\$\d+\r\n(\w+)\r\n", chunk)]
        assert words, chunk
        for word in words:
            sub = re.search(rb"(?i)\r\n" + word.encode() + rb"\r\n\$\d+\r\n(\w+)", chunk)
            self.commands.add(f"{word}|{sub[1].decode().upper()}" if word in CONTAINERS and sub else word)


@pytest.mark.parametrize("protocol", [2, 3])
async def test_every_command_on_the_wire_is_one_that_garnet_has(empty_valkey: str, protocol: int) -> None:
    wire = Wire(empty_valkey)
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        url = re.sub(r":\d+(/\d+)?$", f":{port}", empty_valkey)
        async with connected_queue(url, protocol=protocol) as queue:  # type: ignore[arg-type]
            await queue.publish([item(1), item(2), of_another_queue(3)])
            assert await queue.depth(TOPIC) == 2
            assert len(await queue.take([TOPIC], limit=9, timeout_s=1)) == 2
            assert await queue.take([TOPIC], limit=9, timeout_s=0.05) == []
    assert {"ZADD", "ZCARD", "BZPOPMIN", "ZPOPMIN"} <= wire.commands
    assert wire.commands - GARNET_HAS == set()


@contextmanager
def stopped(server: Server) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.start()


async def test_a_queue_that_is_away_says_so_and_serves_again_when_it_is_back(
    valkey: Server, empty_valkey: str
) -> None:
    async with connected_queue(empty_valkey) as queue:
        await queue.publish([item(1)])
        with stopped(valkey):
            with pytest.raises(QueueUnavailable):
                await queue.publish([item(2)])
            with pytest.raises(QueueUnavailable):
                await queue.take([TOPIC], limit=1, timeout_s=0.1)
            with pytest.raises(QueueUnavailable):
                await queue.depth(TOPIC)
        assert valkey.url == empty_valkey
        with Redis.from_url(valkey.url) as client:
            client.flushall()
        await queue.publish([item(3)])
        assert await queue.take([TOPIC], limit=1, timeout_s=1) == ["3:charge"]


async def test_a_memory_queue_can_be_away_and_be_wiped() -> None:
    queue = MemoryQueue()
    await queue.publish([item(1)])
    queue.wipe()
    assert await queue.depth(TOPIC) == 0
    queue.away = True
    with pytest.raises(QueueUnavailable):
        await queue.take([TOPIC], limit=1, timeout_s=0.05)
