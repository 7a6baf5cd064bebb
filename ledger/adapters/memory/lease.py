"""An advisory lease that is never ours once a race was lost, for tests."""

import asyncio

from typing_extensions import override

from ledger.application.journal.lease import WriterLease


class MemoryWriterLease(WriterLease):
    """Belongs to somebody else: whoever loses a race collects longer from then on."""

    def __init__(self) -> None:
        """Know of no race yet."""
        self.lost_races = 0

    @property
    @override
    def may_write_at_once(self) -> bool:
        return self.lost_races == 0

    @override
    def lost_a_race(self) -> None:
        self.lost_races += 1

    @override
    async def hold(self) -> None:
        await asyncio.Event().wait()
