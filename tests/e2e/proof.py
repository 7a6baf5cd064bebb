"""Proof that a journal and its views are sound."""

from cli.verify import verifier_of
from ledger.bootstrap import Ledger


async def nothing_was_changed(ledger: Ledger) -> None:
    """Verify every record and every view."""
    verifier = verifier_of(ledger)
    async for _ in verifier.run():
        pass
    assert verifier.findings == []
    assert verifier.head.size == await ledger.recorder.max_notification_id()
