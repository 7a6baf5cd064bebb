"""The doorbell: a change stream that says there may be more pages, and polling when there is no such stream."""

import asyncio
import logging
from typing import Final

from pymongo.asynchronous.change_stream import AsyncChangeStream
from pymongo.errors import PyMongoError

from ledger.adapters.mongo.driver import Collection, Document, watch
from ledger.adapters.mongo.failures import heeding_cancellation

log = logging.getLogger(__name__)

# The server holds a question for at most this long, so closing never waits longer.
ASK_MS = 250
POLL_S = 0.1
_ONLY_WHAT_IS_ASKED: Final = {"$project": {"documentKey": 1, "fullDocument.n": 1}}


class Doorbell:
    """Listens to inserts; its stream's history may be lost at any time, so nothing is read from it but a hint."""

    def __init__(self, pages: Collection, *, but_by: str) -> None:
        """Listen to `pages`, from the first `wait` on, and to none that the writer `but_by` inserts."""
        self._pages = pages
        inserts = {"operationType": "insert", "fullDocument.writer": {"$ne": but_by}}
        self._pipeline = ({"$match": inserts}, _ONLY_WHAT_IS_ASKED)
        self._stream: AsyncChangeStream[Document] | None = None

    async def wait(self, timeout_s: float) -> int:
        """Wait for an insert for at most about `timeout_s`; return its last position, or 0 when a look is due."""
        try:
            if self._stream is None:
                with heeding_cancellation():
                    self._stream = await watch(self._pages, self._pipeline, max_await_time_ms=ASK_MS)
                # What was inserted before the stream began does not ring.
                return 0
            return await self._hear(self._stream, timeout_s)
        except PyMongoError as error:
            log.warning("no change stream, polling instead: %s", error)
            await self.close()
            await asyncio.sleep(min(POLL_S, timeout_s))
            return 0

    @staticmethod
    async def _hear(stream: AsyncChangeStream[Document], timeout_s: float) -> int:
        for _ in range(max(1, int(timeout_s * 1000 / ASK_MS))):
            with heeding_cancellation():
                change = await stream.try_next()
            if change is not None:
                return int(change["documentKey"]["_id"]) + int(change["fullDocument"]["n"]) - 1
        return 0

    async def close(self) -> None:
        """Stop listening."""
        stream, self._stream = self._stream, None
        if stream is not None:
            try:
                await stream.close()
            except PyMongoError as error:
                log.debug("the change stream was gone already: %s", error)
