"""The advisory lease in MongoDB: one small document that says whose turn it is."""

import asyncio
import logging
from datetime import timedelta

from pymongo.errors import DuplicateKeyError, PyMongoError
from pymongo.write_concern import WriteConcern
from typing_extensions import override

from ledger.adapters.mongo.driver import Collection, Database
from ledger.adapters.mongo.failures import heeding_cancellation
from ledger.application.clock import Clock
from ledger.application.journal.lease import WriterLease

log = logging.getLogger(__name__)

LEASES = "leases"
TURN_S = 1.0
ASK_AGAIN_S = 0.1
# After this long without a lost race everybody writes at once again.
PEACE_S = 2.0


class MongoWriterLease(WriterLease):
    """Takes turns of a second with whoever else loses races; an idle or lone process never asks."""

    def __init__(self, database: Database, clock: Clock, *, holder: str, name: str = "journal writer") -> None:
        """`holder` must be this process's alone. A lost lease is no loss, so its writes wait for one machine only."""
        self._leases: Collection = database[LEASES].with_options(write_concern=WriteConcern(w=1))
        self._clock = clock
        self._holder = holder
        self._name = name
        self._ours_until = 0.0
        self._racing_until = 0.0
        self._raced = asyncio.Event()

    @property
    @override
    def may_write_at_once(self) -> bool:
        now = asyncio.get_running_loop().time()
        return now >= self._racing_until or now < self._ours_until

    @override
    def lost_a_race(self) -> None:
        self._racing_until = asyncio.get_running_loop().time() + PEACE_S
        self._raced.set()

    @override
    async def hold(self) -> None:
        while True:
            self._raced.clear()
            await self._raced.wait()
            await self._ask()
            await asyncio.sleep(ASK_AGAIN_S)

    async def _ask(self) -> None:
        asked_at = asyncio.get_running_loop().time()
        now = self._clock.now()
        free = {"_id": self._name, "$or": [{"holder": self._holder}, {"until": {"$lte": now}}]}
        turn = {"$set": {"holder": self._holder, "until": now + timedelta(seconds=TURN_S)}}
        try:
            with heeding_cancellation():
                await self._leases.update_one(free, turn, upsert=True)
        except DuplicateKeyError:
            # Somebody else has it.
            return
        except PyMongoError as error:
            log.debug("the lease could not be asked for: %s", error)
            return
        self._ours_until = asked_at + TURN_S
