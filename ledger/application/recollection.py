"""What this process last knew of streams, so that it need not ask the journal what it has just said itself."""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

from ledger.application.journal.page import Page
from ledger.domain.aggregate import Event

MOST_STREAMS = 4_096


class Recollection:
    """The events of streams lately read or written here. It may be behind the journal, and is never ahead of it."""

    def __init__(self, *, most: int = MOST_STREAMS) -> None:
        """Remember at most so many streams, those used last."""
        self._most = most
        self._streams: OrderedDict[UUID, tuple[Event, ...]] = OrderedDict()
        self._being_written: Counter[UUID] = Counter()

    def of(self, stream_id: UUID) -> tuple[Event, ...]:
        """Return the events known, in order; none if the stream is not remembered."""
        known = self._streams.get(stream_id, ())
        if known:
            self._streams.move_to_end(stream_id)
        return known

    def read(self, stream_id: UUID, events: Sequence[Event]) -> None:
        """Remember a stream as the journal has it."""
        if events:
            self._streams[stream_id] = tuple(events)
            self._streams.move_to_end(stream_id)
        if len(self._streams) > self._most:
            self._streams.popitem(last=False)

    @contextmanager
    def writing(self, decided: Mapping[UUID, Sequence[Event]]) -> Iterator[None]:
        """Remember what is appended in this block; after an error, forget what is no longer certain."""
        streams = [stream_id for stream_id, events in decided.items() if events]
        self._being_written.update(streams)
        try:
            yield
        except BaseException:
            for stream_id in decided:
                self.forget(stream_id)
            raise
        else:
            for stream_id in streams:
                self._wrote(stream_id, decided[stream_id])
        finally:
            for stream_id in streams:
                self._being_written[stream_id] -= 1
                if not self._being_written[stream_id]:
                    del self._being_written[stream_id]

    def _wrote(self, stream_id: UUID, events: Sequence[Event]) -> None:
        known = self._streams.get(stream_id, ())
        if events[0].originator_version == len(known) + 1:
            self.read(stream_id, (*known, *events))
        else:
            self.forget(stream_id)

    def forget(self, stream_id: UUID) -> None:
        """Forget a stream."""
        self._streams.pop(stream_id, None)

    def hear(self, page: Page) -> None:
        """Forget what `page`, whoever wrote it, says more about than is known here.

        A page is heard of before its writer is told. If it is not ours after all, our own append fails and forgets.
        """
        for entry in page.events:
            if entry.originator_id in self._being_written:
                continue
            if entry.originator_version > len(self._streams.get(entry.originator_id, ())):
                self.forget(entry.originator_id)
