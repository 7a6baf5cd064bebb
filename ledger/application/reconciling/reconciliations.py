"""Reconciling a provider's report with the books: recorded once, however often the same report comes."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from ledger.application.clock import Clock
from ledger.application.context import acting
from ledger.application.organizations import Organizations
from ledger.application.owners import Owner
from ledger.application.reconciling.formats import Format
from ledger.application.reconciling.ledgers import BookedAmounts, Movements
from ledger.application.reconciling.passes import batches, checked
from ledger.application.reconciling.payouts import Payouts
from ledger.application.reconciling.rows import Rows
from ledger.application.reconciling.scope import AccountNotConnected, Scope
from ledger.application.reconciling.tally import PayoutSums, Tally
from ledger.application.repository import Repository, deciding
from ledger.domain.clearing import Booked, Found, Kind, Line
from ledger.domain.clearing_item import ClearingItem
from ledger.domain.journal import clearing
from ledger.domain.money import Money
from ledger.domain.reconciliation import Reconciliation, ReconciliationTerms, Summary

DAYS: Final = 4
"""Within so many days nearly all value should be explained; what is younger than that is a matter of timing."""
Progress = Callable[[int], None]


def _silent(lines: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a report came to, on record as `reconciliation_id`."""

    reconciliation_id: UUID
    terms: ReconciliationTerms
    summary: Summary


class Reconciliations:
    """Reads a report several times, a line at a time: first whether it can be read at all, then for what it says."""

    def __init__(
        self, repository: Repository, organizations: Organizations, booked: BookedAmounts, clock: Clock
    ) -> None:
        """Record in `repository` how reports agree with what is `booked`."""
        self._repository = repository
        self._organizations = organizations
        self._booked = booked
        self._payouts = Payouts(repository)
        self._clock = clock

    async def run(
        self,
        path: Path,
        form: Format,
        organization_id: UUID,
        account_id: str,
        *,
        movements: Movements,
        days: int = DAYS,
        progress: Progress = _silent,
    ) -> Reconciled:
        """Hold the report at `path` against the books.

        A report that cannot be read records nothing: `ReportMalformed`, `ReportColumnsMissing`, `TooManyPayouts`.
        Whoever dies in the middle runs it again, and the same report again changes nothing (REC-1).
        """
        scope = await self._scope(organization_id, account_id)
        with acting(tenant=organization_id):
            return await self._run(scope, Rows(path, form.columns), form, movements, days, progress)

    async def _run(
        self, scope: Scope, rows: Rows, form: Format, movements: Movements, days: int, progress: Progress
    ) -> Reconciled:
        begins_at, ends_at = checked(form.line(row) for row in rows)
        assert rows.digest is not None, "it was read to its end"
        terms = ReconciliationTerms(
            scope.owner.organization_id,
            scope.owner.mode,
            scope.provider,
            scope.account_id,
            rows.digest,
            begins_at,
            ends_at,
            days,
        )
        lines = 0
        for batch in batches(form.line(row) for row in rows):
            await self._report_all(scope, batch)
            lines += len(batch)
            progress(lines)
        tally, payouts = await self._tallied(scope, (form.line(row) for row in rows), days)
        await self._pay_out(scope, payouts, tally)
        await self._miss(scope, terms, movements, tally)
        return await self._complete(scope, terms, tally.summary())

    async def close(self, item_id: UUID, reason: str) -> None:
        """Close an open item, for a reason; raise `NotFound` or `NotOpen`."""

        async def decide() -> None:
            item = await self._repository.get(ClearingItem, item_id)
            item.close(reason)
            with acting(tenant=item.terms.organization_id):
                await self._repository.save(item)

        await deciding(decide)

    async def _scope(self, organization_id: UUID, account_id: str) -> Scope:
        organization = await self._organizations.get(organization_id)
        account = organization.accounts.get(account_id)
        if account is None:
            raise AccountNotConnected(account=account_id)
        return Scope(organization.id_salt, Owner(organization_id, account.mode), account.provider, account_id)

    async def _report_all(self, scope: Scope, lines: Sequence[Line]) -> None:
        of_one: dict[UUID, list[Line]] = {}
        for line in lines:
            if line.kind is not Kind.PAYOUT:
                of_one.setdefault(scope.item(line)[0], []).append(line)

        async def in_order(group: Sequence[Line]) -> None:
            for line in group:
                await self._report(scope, line)

        done = await asyncio.gather(*map(in_order, of_one.values()), return_exceptions=True)
        for error in done:
            if error is not None:
                raise error

    async def _report(self, scope: Scope, line: Line, booked: Booked = None) -> ClearingItem:
        item_id, terms = scope.item(line)
        if booked is None and line.subject is not None:
            booked = await self._booked.of(terms, line.subject)

        async def decide() -> ClearingItem:
            item = await self._repository.find(ClearingItem, item_id) or ClearingItem.note(item_id, terms)
            item.report(line, booked, at=self._clock.now())
            await self._repository.save(item)
            return item

        return await deciding(decide)

    async def _tallied(self, scope: Scope, lines: Iterator[Line], days: int) -> tuple[Tally, PayoutSums]:
        """Add up what all lines came to, now that every one of them is on record."""
        tally, payouts = Tally(days), PayoutSums()
        for line in lines:
            if line.kind is Kind.PAYOUT:
                payouts.add(line)
            else:
                item = await self._repository.get(ClearingItem, scope.item(line)[0])
                payouts.add(line, tally.add(line, item))
        return tally, payouts

    async def _pay_out(self, scope: Scope, payouts: PayoutSums, tally: Tally) -> None:
        """Book each payout, and hold what it announces against what its lines add up to (REC-2)."""
        for (reference, currency), of in sorted(payouts.sums.items()):
            amount_minor = of.net_minor if of.announced is None else -of.announced.gross_minor
            if of.announced is not None:
                explained: Booked = (Money(-of.net_minor, currency),) if of.lines else None
                tally.add(of.announced, await self._report(scope, of.announced, explained))
            await self._payouts.book(scope, reference, Money(amount_minor, currency), of)

    async def _miss(self, scope: Scope, terms: ReconciliationTerms, movements: Movements, tally: Tally) -> None:
        """Note what the books say moved in the report's time, and the report does not know."""
        young = terms.ends_at - timedelta(days=terms.days)
        account = clearing(scope.provider)
        async for movement in movements.between(scope.owner, account, terms.begins_at, terms.ends_at):
            found = Found.TIMING if movement.moved_at > young else Found.MISSING_THERE
            if await self._missed(scope, movement.subject, found):
                tally.miss(movement.amount, found)

    async def _missed(self, scope: Scope, subject: str, found: Found) -> bool:
        item_id, terms = scope.of(subject)
        moved = [money for money in await self._booked.of(terms, subject) or () if money.minor]

        async def decide() -> bool:
            item = await self._repository.find(ClearingItem, item_id)
            if not moved or (item is not None and item.lines):
                return False
            item = item or ClearingItem.note(item_id, terms)
            item.miss(moved[0], found)
            await self._repository.save(item)
            return True

        return await deciding(decide)

    async def _complete(self, scope: Scope, terms: ReconciliationTerms, summary: Summary) -> Reconciled:
        reconciliation_id = scope.derived("reconciliation", terms.digest)

        async def decide() -> None:
            made = await self._repository.find(Reconciliation, reconciliation_id)
            if made is None:
                made = Reconciliation.complete(reconciliation_id, terms, summary)
            else:
                made.repeat(summary)
            await self._repository.save(made)

        await deciding(decide)
        return Reconciled(reconciliation_id, terms, summary)
