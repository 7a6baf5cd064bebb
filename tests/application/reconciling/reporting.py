"""A merchant whose payments are captured, and the reports that a provider might write of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ledger.application import ids
from ledger.application.provider import Captured
from ledger.application.reconciling.formats import FORMATS
from ledger.application.reconciling.reconciliations import Reconciled
from ledger.domain.clearing_item import ClearingItem
from ledger.domain.money import Money
from projections.accounts import Accounts
from projections.catalogue import BOOKS
from projections.history import History
from projections.movements import BookedMovements
from projections.trial import Trial, trial_balance
from tests.support.world import World

HEADER = ",".join(FORMATS["generic"].columns)


@dataclass
class Reporting:
    """A ledger, and the file in which reports are written."""

    world: World
    path: Path

    @property
    def history(self) -> History:
        """The journal, as views see it."""
        ledger = self.world.ledger
        return History(ledger.recorder, ledger.ports.pages, ledger.mapper)

    @property
    def accounts(self) -> Accounts:
        """The books, from the journal alone."""
        return Accounts(BOOKS, store=self.world.ledger.ports.views, history=self.history, clock=self.world.clock)

    async def captured(self, number: int, amount: Money = Money(1999, "EUR")) -> str:  # noqa: B008  # it is frozen
        """Capture a payment and return its id, a minute after whatever was before."""
        self.world.clock.advance(seconds=60)
        checkout = await self.world.opened(f"order-{number}", {"amount": number}, amount=amount, lines=())
        payment = (await self.world.pay(checkout, f"click-{number}")).stream_id
        await self.world.ledger.payments.apply(payment, Captured(f"pi_{number}", amount.minor, amount.currency))
        return ids.outside("payment", payment)

    def line(self, number: int, subject: str = "", *, gross: int = 1999, fee: int = 59, **changes: object) -> str:
        """Write one line about a charge, at the moment that it is."""
        fields = {
            "line_id": f"txn_{number}",
            "kind": "movement",
            "reference": subject,
            "occurred_at": self.world.clock.now().isoformat(),
            "currency": "EUR",
            "gross_minor": gross,
            "fee_minor": fee,
            "net_minor": gross - fee,
            "payout": "",
        } | changes
        return ",".join(str(field) for field in fields.values())

    async def run(self, *lines: str, header: str = HEADER, form: str = "generic", days: int = 4) -> Reconciled:
        """Hold a report with these lines against the books."""
        self.path.write_text("\n".join([header, *lines]) + "\n")
        return await self.world.ledger.reconciliations.run(
            self.path,
            FORMATS[form],
            self.world.merchant.organization_id,
            "acct_1",
            movements=BookedMovements(self.accounts, self.world.ledger.ports.views, self.history),
            days=days,
        )

    async def found(self, *lines: str) -> dict[str, int]:
        """Return how many of what was found in such a report."""
        return {count.found.value: count.number for count in (await self.run(*lines)).summary.counts}

    async def recorded(self) -> int:
        """Count what has ever been recorded."""
        return await self.world.ledger.recorder.max_notification_id() or 0

    async def items(self) -> list[ClearingItem]:
        """Return all items."""
        events = await self.world.ledger.recorder.select_notifications(1, 10_000, topics=["clearing_item.noted"])
        repository = self.world.ledger.repository
        return [await repository.get(ClearingItem, event.originator_id) for event in events]  # type: ignore[arg-type]

    async def trial(self) -> Trial:
        """Return the trial balance."""
        position = await self.accounts.position()
        return trial_balance(position, await self.accounts.balances(position))

    async def held(self) -> dict[str, int]:
        """Return what the accounts hold, by the first word of their names."""
        trial = await self.trial()
        assert trial.balanced
        return {each.account.name.partition(":")[0]: each.minor for each in trial.balances if each.minor}


def moments(reconciled: Reconciled) -> Sequence[datetime]:
    """Return the moments of the first and the last line."""
    return reconciled.terms.begins_at, reconciled.terms.ends_at
