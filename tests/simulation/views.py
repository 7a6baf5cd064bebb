"""The verdict of `ledger verify` on a life: the journal's bytes, its streams, and every document people read."""

import asyncio
from collections.abc import AsyncIterator

from cli.verify import verifier_of
from ledger.bootstrap import Ledger, assemble
from projections.catalogue import VIEWS
from projections.history import History
from projections.hot import HOT_DOCUMENTS, Hot
from projections.tail import Tail
from projections.writer import ViewWriter
from tests.simulation.life import Life

LEASE_ENDS_S = 6.0


async def differences(life: Life) -> AsyncIterator[str]:
    """Bring the views up to date, as the next process would, and yield whatever verification finds then."""
    ledger = assemble(life.ports, name="auditor")
    async with ledger.recorder:
        await asyncio.sleep(LEASE_ENDS_S)
        writer = await _caught_up(ledger)
        last = await ledger.recorder.max_notification_id() or 0
        if writer.written < last:
            yield f"the views end at {writer.written}, the journal at {last}"
        verifier = verifier_of(ledger)
        async for _ in verifier.run():
            pass
        for finding in verifier.findings:
            yield f"{finding.check.value} at {finding.position}: {finding.difference}"


async def _caught_up(ledger: Ledger) -> ViewWriter:
    tail, hot = Tail(ledger.recorder, ledger.mapper, frozenset().union(*(view.topics for view in VIEWS))), None
    hot = Hot(VIEWS, capacity=HOT_DOCUMENTS)
    tail.listen(hot.apply)
    history = History(ledger.recorder, ledger.ports.pages, ledger.mapper)
    writer = ViewWriter(VIEWS, tail=tail, hot=hot, store=ledger.ports.views, history=history, name=ledger.name)
    await tail.begin()
    if await writer._hold():
        await writer._write_while_held()
    return writer
