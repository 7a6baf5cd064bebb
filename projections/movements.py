"""The clearing accounts of the books, as reconciling reads them."""

from collections.abc import AsyncGenerator
from datetime import datetime

from typing_extensions import override

from ledger.application.owners import Owner
from ledger.application.reconciling.ledgers import OWN_TOPICS, Movement, Movements
from ledger.application.views import MAX_PAGE, ViewStore
from ledger.domain.money import Money
from projections.accounts import Accounts
from projections.catalogue import BOOKS
from projections.catching_up import caught_up
from projections.history import History


class BookedMovements(Movements):
    """Reads entries page by page, from the newest that counts back to the first."""

    def __init__(self, accounts: Accounts, store: ViewStore, history: History) -> None:
        """Read `accounts`, whose entries lie in `store`."""
        self._accounts = accounts
        self._store = store
        self._history = history

    @override
    async def between(
        self, owner: Owner, account: str, begins_at: datetime, ends_at: datetime
    ) -> AsyncGenerator[Movement, None]:
        # Page after page would otherwise be folded from whatever the store lacks.
        await caught_up(BOOKS, self._store, self._history)
        position = await self._accounts.position()
        for balance in await self._accounts.balances(position, owner.organization_id, owner.mode):
            before: int | None = position + 1
            while balance.account.name == account and before is not None:
                page = await self._accounts.statement(balance.account, position, before=before, limit=MAX_PAGE)
                before = page.before
                for entry in page.entries:
                    moved_at = datetime.fromisoformat(entry.body["recorded_at"])
                    if moved_at < begins_at:
                        before = None
                        break
                    if moved_at <= ends_at and not entry.body["topic"].startswith(OWN_TOPICS):
                        amount = Money(entry.body["amount"]["minor"], balance.account.currency)
                        yield Movement(entry.body["subject"], moved_at, amount)
