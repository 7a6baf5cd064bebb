"""What this process last knew of streams, so that it need not ask the journal what it has just said itself."""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

from ledger.application.journal.page import Page
from ledger.domain.aggregate import Event

MOST_STREAMS = 4_096
MOST_ABSENT = 1_024
"""So many streams that are known not to exist are remembered, apart, so that guesses push nothing real out."""


class Reading:
    """A stream on its way from the journal: what is heard of it meanwhile may be missing from what is read."""

    __slots__ = ("outdated", "stream_id")

    def __init__(self, stream_id: UUID) -> None:
        """Begin to read it."""
        self.stream_id = stream_id
        self.outdated = False


class Recollection:
    """The events of streams lately read or written here. It may be behind the journal, and is never ahead of it."""

    def __init__(self, *, most: int = MOST_STREAMS) -> None:
        """Remember at most so many streams, those used last."""
        self._most = most
        self._streams: OrderedDict[UUID, tuple[Event, ...]] = OrderedDict()
        self._absent: OrderedDict[UUID, None] = OrderedDict()
        self._being_written: Counter[UUID] = Counter()
        self._being_read: dict[UUID, list[Reading]] = {}

    def of(self, stream_id: UUID) -> tuple[Event, ...]:
        """Return the events known, in order; none if the stream is not remembered."""
        known = self._streams.get(stream_id, ())
        if known:
            self._streams.move_to_end(stream_id)
        return known

    def is_absent(self, stream_id: UUID) -> bool:
        """Tell whether there was no such stream when it was last looked for, and none was heard of since."""
        return stream_id in self._absent

    @contextmanager
    def reading(self, stream_id: UUID) -> Iterator[Reading]:
        """Read a stream from the journal in this block, and give what was read to `read`."""
        reading = Reading(stream_id)
        self._being_read.setdefault(stream_id, []).append(reading)
        try:
            yield reading
        finally:
            others = self._being_read[stream_id]
            others.remove(reading)
            if not others:
                del self._being_read[stream_id]

    def read(self, reading: Reading, events: Sequence[Event]) -> None:
        """Remember a stream as the journal had it, unless more was heard of it while it was read."""
        if reading.outdated:
            return
        if events:
            self._remember(reading.stream_id, events)
        else:
            self._absent[reading.stream_id] = None
            if len(self._absent) > MOST_ABSENT:
                self._absent.popitem(last=False)

    def _remember(self, stream_id: UUID, events: Sequence[Event]) -> None:
        self._absent.pop(stream_id, None)
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
            self._outdate(stream_id)
            self._remember(stream_id, (*known, *events))
        else:
            self.forget(stream_id)

    def forget(self, stream_id: UUID) -> None:
        """Forget a stream."""
        self._streams.pop(stream_id, None)
        self._outdate(stream_id)

    def _outdate(self, stream_id: UUID) -> None:
        self._absent.pop(stream_id, None)
        for reading in self._being_read.get(stream_id, ()):
            reading.outdated = True

    def hear(self, page: Page) -> None:
        """Forget what `page`, whoever wrote it, says more about than is known here.

        A page is heard of before its writer is told. If it is not ours after all, our own append fails and forgets.
        """
        for entry in page.events:
            if entry.originator_id in self._being_written:
                continue
            if entry.originator_version > len(self._streams.get(entry.originator_id, ())):
                self.forget(entry.originator_id)
