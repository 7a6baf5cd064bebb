"""A process that appends to a journal until it is killed, and says on its output what was acknowledged."""

import asyncio
import sys

from ledger.adapters.mongo.driver import Driver, connected
from ledger.adapters.mongo.lease import MongoWriterLease
from ledger.adapters.mongo.pages import MongoPageStore
from ledger.application.journal.recorder import Recorder
from ledger.runtime.clock import SystemClock
from tests.support.journal import stream_id, stream_of
from tests.support.stuck import told_if_stuck


async def append(url: str, database: str, driver: str, name: str, appends: int) -> None:
    """Make `appends` appends of two events by eight callers; write a line with the stream of each that is safe."""
    clock = SystemClock()
    with told_if_stuck(40):
        await _append(clock, url, database, driver, name, appends)


async def _append(clock: SystemClock, url: str, database: str, driver: str, name: str, appends: int) -> None:
    async with connected(url, driver=Driver(driver)) as client:
        lease = MongoWriterLease(client[database], clock, holder=name)
        async with (
            MongoPageStore(client[database]) as store,
            Recorder(store, clock, name=name, lease=lease) as recorder,
            asyncio.TaskGroup() as callers,
        ):
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            for _ in range(8):
                callers.create_task(_call(recorder, appends // 8))


async def _call(recorder: Recorder, appends: int) -> None:
    for _ in range(appends):
        events = stream_of(2)
        positions = await recorder.insert_events(events)
        sys.stdout.write(f"{stream_id(events[0])} {positions[0]}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    where, journal, seam, who, how_many = sys.argv[1:]
    asyncio.run(append(where, journal, seam, who, int(how_many)))
