"""A bridge from the library's synchronous suites to our asynchronous recorder: its loop runs in a thread."""

import asyncio
import queue
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar
from uuid import UUID

from eventsourcing.persistence import Notification, ProcessRecorder, StoredEvent, Subscription, Tracking
from typing_extensions import override

from ledger.application.journal.recorder import Recorder

T = TypeVar("T")
OpenRecorder = Callable[[], AbstractAsyncContextManager[Recorder]]
DEADLINE_S = 30.0


class BridgedRecorder(ProcessRecorder):
    """Answers the library's interface by asking a recorder on another thread's loop; close it at the end."""

    def __init__(self, open_recorder: OpenRecorder) -> None:
        """Start the thread and open the recorder on its loop."""
        self._opened: Future[Recorder] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live(open_recorder)))
        self._thread.start()
        self.recorder = self._opened.result(DEADLINE_S)

    async def _live(self, open_recorder: OpenRecorder) -> None:
        self.loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        try:
            async with open_recorder() as recorder:
                self._opened.set_result(recorder)
                await self._over.wait()
        except BaseException as error:
            if not self._opened.done():
                self._opened.set_exception(error)
            raise

    def close(self) -> None:
        """Close the recorder and end the thread."""
        self.loop.call_soon_threadsafe(self._over.set)
        self._thread.join(DEADLINE_S)

    def ask(self, question: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the recorder's loop and wait for what it returns."""
        return asyncio.run_coroutine_threadsafe(question, self.loop).result(DEADLINE_S)

    @override
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        return [*self.ask(self.recorder.insert_events(stored_events, **kwargs))]

    @override
    def select_events(self, originator_id: UUID | str, **kwargs: Any) -> Sequence[StoredEvent]:
        assert isinstance(originator_id, UUID)
        return self.ask(self.recorder.select_events(originator_id, **kwargs))

    @override
    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        return self.ask(
            self.recorder.select_notifications(start, limit, stop, topics, inclusive_of_start=inclusive_of_start)
        )

    @override
    def max_notification_id(self) -> int | None:
        return self.ask(self.recorder.max_notification_id())

    @override
    def insert_tracking(self, tracking: Tracking) -> None:
        self.ask(self.recorder.insert_tracking(tracking))

    @override
    def max_tracking_id(self, application_name: str) -> int | None:
        return self.ask(self.recorder.max_tracking_id(application_name))

    @override
    def has_tracking_id(self, application_name: str, notification_id: int | None) -> bool:
        return self.ask(self.recorder.has_tracking_id(application_name, notification_id))

    @override
    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> "BridgedSubscription":
        return BridgedSubscription(self, gt, topics)


class AggregateOnly(BridgedRecorder):
    """The same, for the suite that wants no positions back."""

    @override
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        super().insert_events(stored_events, **kwargs)


class BridgedSubscription(Subscription[BridgedRecorder]):
    """Gives one by one, to a synchronous reader, the events of the pages that the recorder follows."""

    def __init__(self, recorder: BridgedRecorder, gt: int | None, topics: Sequence[str]) -> None:
        """Begin to follow."""
        super().__init__(recorder, gt, topics)
        self._arrived: queue.Queue[Notification | None] = queue.Queue()
        self._following = asyncio.run_coroutine_threadsafe(self._follow(), recorder.loop)

    async def _follow(self) -> None:
        after = self._last_notification_id or 0
        async for page in self._recorder.recorder.follow(after + 1):
            for position, entry in enumerate(page.events, page.position):
                if position > after and (not self._topics or entry.topic in self._topics):
                    event = (entry.originator_id, entry.originator_version, entry.topic, entry.record)
                    self._arrived.put(Notification(*event, position))

    @override
    def stop(self) -> None:
        super().stop()
        self._following.cancel()
        self._arrived.put(None)

    @override
    def __next__(self) -> Notification:
        arrived = None if self._has_been_stopped else self._arrived.get(timeout=DEADLINE_S)
        if arrived is None:
            raise StopIteration
        return arrived
