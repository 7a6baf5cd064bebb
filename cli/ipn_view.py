"""The newest notifications of all merchants."""

from cli.newest import newest
from ledger.application.views import Document
from ledger.bootstrap import Ledger
from projections.catalogue import IPNS


async def newest_ipns(ledger: Ledger, *, status: str | None, limit: int) -> list[Document]:
    """Return up to `limit` notifications, newest first, that stand at `status` if one is given."""
    return await newest(ledger, IPNS, lambda document: status in {None, document.body["status"]}, limit=limit)
