"""What any queue must do; each adapter's test class derives from this one and gives the `queue`."""

import asyncio
from datetime import timedelta

from ledger.application.work import Queue, WorkItem
from tests.adapters.contracts.work import NOW, STREAM, item

TOPIC = "payment.initiated"
OTHER = "checkout.opened"
SHORT_S = 0.05


def of_another_queue(position: int) -> WorkItem:
    return WorkItem.of(position=position, consumer="expire", queue=OTHER, stream_id=STREAM, due_at=NOW)


class QueueContract:
    """Due items: offered at least once, the longest due first."""

    async def test_what_is_published_is_taken_once(self, queue: Queue) -> None:
        assert await queue.publish([item(1)]) == 1
        assert await queue.depth(TOPIC) == 1
        assert await queue.take([TOPIC], limit=9, timeout_s=1) == ["1:charge"]
        assert await queue.depth(TOPIC) == 0
        assert await queue.take([TOPIC], limit=9, timeout_s=SHORT_S) == []

    async def test_publishing_what_lies_there_changes_nothing(self, queue: Queue) -> None:
        """CONS-1."""
        assert await queue.publish([item(1), item(2)]) == 2
        assert await queue.publish([item(1), item(3)]) == 1
        assert await queue.depth(TOPIC) == 3

    async def test_the_longest_due_comes_first(self, queue: Queue) -> None:
        waits = {1: 5, 2: 9, 3: 7}
        await queue.publish([item(number, due_at=NOW - timedelta(seconds=s)) for number, s in waits.items()])
        assert await queue.take([TOPIC], limit=2, timeout_s=1) == ["2:charge", "3:charge"]
        assert await queue.take([TOPIC], limit=1, timeout_s=1) == ["1:charge"]

    async def test_the_queues_are_taken_from_in_the_order_given(self, queue: Queue) -> None:
        assert await queue.publish([item(1), of_another_queue(2), of_another_queue(3)]) == 3
        assert await queue.take([OTHER, TOPIC], limit=1, timeout_s=1) == ["2:expire"]
        assert await queue.take([TOPIC, OTHER], limit=9, timeout_s=1) == ["1:charge"]
        assert await queue.take([TOPIC, OTHER], limit=9, timeout_s=1) == ["3:expire"]

    async def test_a_taker_that_waits_is_woken(self, queue: Queue) -> None:
        async with asyncio.TaskGroup() as group:
            taking = group.create_task(queue.take([TOPIC], limit=1, timeout_s=5))
            await asyncio.sleep(0)
            await queue.publish([item(1)])
        assert taking.result() == ["1:charge"]

    async def test_each_item_goes_to_one_taker(self, queue: Queue) -> None:
        await queue.publish([item(number) for number in range(1, 51)])
        async with asyncio.TaskGroup() as group:
            takers = [group.create_task(queue.take([TOPIC], limit=10, timeout_s=1)) for _ in range(5)]
        taken = [item_id for taker in takers for item_id in taker.result()]
        assert len(taken) == len(set(taken)) == 50

    async def test_publishing_nothing_is_harmless(self, queue: Queue) -> None:
        assert await queue.publish([]) == 0
