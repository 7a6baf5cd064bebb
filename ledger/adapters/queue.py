"""The queue over the Redis protocol: a sorted set of due items for each queue, with commands that Garnet has, too."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from itertools import groupby
from operator import attrgetter
from typing import Any, Literal

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.exceptions import RedisError
from redis.maint_notifications import MaintNotificationsConfig
from typing_extensions import override

from ledger.application.work import Queue, QueueUnavailable, WorkItem

# A queue that does not answer quickly is worth less than none: the relay hands work over without it.
ANSWER_S = 2.0
CONNECT_S = 1.0
LONGEST_WAIT_S = 5.0
# How much longer than its blocking command a taker waits for the answer.
MARGIN_S = 5.0


class RedisQueue(Queue):
    """Redis >= 6.2, Valkey or Garnet. Open it with `connected_queue`."""

    def __init__(self, publisher: Redis, taker: Redis, *, prefix: str = "") -> None:
        """Publish through one client and take through the other; `prefix` parts ledgers that share a server."""
        self._publisher = publisher
        self._taker = taker
        self._prefix = prefix

    @override
    async def publish(self, items: Sequence[WorkItem]) -> int:
        by_queue = attrgetter("queue")
        sets = [
            (self._prefix + queue, {item.item_id: item.due_at.timestamp() for item in group})
            for queue, group in groupby(sorted(items, key=by_queue), by_queue)
        ]
        if not sets:
            return 0
        with _translated():
            if len(sets) == 1:
                key, members = sets[0]
                return int(await self._publisher.zadd(key, members, nx=True) or 0)
            async with self._publisher.pipeline(transaction=False) as pipeline:
                for key, members in sets:
                    _ = pipeline.zadd(key, members, nx=True)  # sent with the others
                return sum(int(added) for added in await pipeline.execute())

    @override
    async def take(self, queues: Sequence[str], *, limit: int, timeout_s: float) -> list[str]:
        assert 0 < timeout_s <= LONGEST_WAIT_S, "a taker waits for a while, and not for long"
        with _translated():
            first: Any = await self._taker.bzpopmin([self._prefix + queue for queue in queues], timeout=timeout_s)
            if first is None:
                return []
            key, member, _ = first
            more: Any = await self._taker.zpopmin(key, limit - 1) if limit > 1 else []
        return [_text(member), *[_text(member) for member, _ in more]]

    @override
    async def depth(self, queue: str) -> int:
        with _translated():
            return int(await self._publisher.zcard(self._prefix + queue))


@asynccontextmanager
async def connected_queue(url: str, *, protocol: Literal[2, 3] = 3, prefix: str = "") -> AsyncIterator[RedisQueue]:
    """Open the queue at `url` and close it at the end; it connects when it is first used, and again when it must."""
    # Publishing twice is harmless. Taking twice is not: what the lost answer carried is gone until the relay finds
    # it, so that a taker which tries again at once would only hide the loss.
    publisher = _client(url, protocol, Retry(ExponentialBackoff(cap=0.1, base=0.02), 2), ANSWER_S)
    taker = _client(url, protocol, Retry(NoBackoff(), 0), LONGEST_WAIT_S + MARGIN_S)
    async with publisher, taker:
        yield RedisQueue(publisher, taker, prefix=prefix)


def _client(url: str, protocol: Literal[2, 3], retry: Retry, answer_s: float) -> Redis:
    return Redis.from_url(
        url,
        protocol=protocol,
        retry=retry,
        socket_timeout=answer_s,
        socket_connect_timeout=CONNECT_S,
        # These two send commands that not every server has.
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
        driver_info=None,
    )


def _text(member: bytes | str) -> str:
    return member.decode() if isinstance(member, bytes) else member


@contextmanager
def _translated() -> Iterator[None]:
    """Raise `QueueUnavailable` for whatever the client raises."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise QueueUnavailable(str(error)) from error
