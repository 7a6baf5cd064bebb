"""Rulebooks: what organizations say of their tax, once per idempotency key, and what it is at any moment."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from ledger.application import ids
from ledger.application.context import acting
from ledger.application.idempotency import request_of
from ledger.application.organizations import Principal
from ledger.application.repository import Repository, deciding
from ledger.domain.errors import NotFound
from ledger.domain.organization import Organization
from ledger.domain.tax.rulebook import Rulebook, SellerTerms, TaxRuleUnknown
from ledger.domain.tax.rules import TaxRule
from ledger.domain.values import Mode

RULE_ID: Final = "txr"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a table: how many of its rules are new, and how many were there."""

    created: int
    present: int
    position: int | None


@dataclass(frozen=True, slots=True)
class RuleMade:
    """A rule that a request made, now or before."""

    rule: TaxRule
    stream_id: UUID
    position: int | None
    replayed: bool


class Rulebooks:
    """The rulebooks of this ledger."""

    def __init__(self, repository: Repository) -> None:
        """Keep rulebooks in `repository`."""
        self._repository = repository

    async def stream_of(self, organization_id: UUID, mode: Mode) -> UUID:
        """Return the id of the organization's one rulebook in a mode; raise `NotFound` for no organization."""
        organization = await self._repository.glance(Organization, organization_id)
        return ids.derived(organization.id_salt, "tax_rulebook", mode.value)

    async def glance(self, organization_id: UUID, mode: Mode) -> Rulebook | None:
        """Return the rulebook as this process last knew it, some milliseconds old at most; None if there is none."""
        try:
            return await self._repository.glance(Rulebook, await self.stream_of(organization_id, mode))
        except NotFound:
            return None

    async def describe_seller(self, organization_id: UUID, mode: Mode, seller: SellerTerms) -> int | None:
        """Record where the organization sells from; the same again is harmless. Raises `TimeZoneUnknown`."""
        _, position = await self._change(organization_id, mode, lambda book: book.describe_seller(seller))
        return position

    async def create_rule(
        self, principal: Principal, rule: TaxRule, *, key: str, body: Mapping[str, object]
    ) -> RuleMade:
        """Add a rule, once per (organization, mode, API key, idempotency key) (IDEM-7); its id follows from these.

        Raises as `Rulebook.create_rule` does.
        """
        organization = await self._repository.glance(Organization, principal.organization_id)
        salt, mode = organization.id_salt, principal.mode
        rule_id = rule_name(ids.derived(salt, "tax_rule", mode.value, principal.key_id, key))
        request, named = request_of(salt, key, body), replace(rule, rule_id=rule_id)
        book, position = await self._change(
            principal.organization_id, mode, lambda book: book.create_rule(named, request)
        )
        return RuleMade(named, book.id, position, replayed=position is None)

    async def end_rule(self, principal: Principal, rule_id: str, valid_until: date) -> int | None:
        """Let a rule hold before `valid_until` and no longer; raise `TaxRuleUnknown`, `TaxRuleContradictory`."""
        if await self.glance(principal.organization_id, principal.mode) is None:
            raise TaxRuleUnknown
        _, position = await self._change(
            principal.organization_id, principal.mode, lambda book: book.end_rule(rule_id, valid_until)
        )
        return position

    async def import_rules(self, organization_id: UUID, mode: Mode, rules: Iterable[TaxRule]) -> Imported:
        """Add the rules of a table in one append, all or none; those that are there already stay as they are.

        Raises as `Rulebook.create_rule` does, for the first rule that is refused.
        """
        table = tuple(rules)
        created = 0

        def add(book: Rulebook) -> None:
            nonlocal created
            created = sum([book.create_rule(rule) for rule in table])

        _, position = await self._change(organization_id, mode, add)
        return Imported(created, len(table) - created, position)

    async def _change(
        self, organization_id: UUID, mode: Mode, change: Callable[[Rulebook], object]
    ) -> tuple[Rulebook, int | None]:
        rulebook_id = await self.stream_of(organization_id, mode)

        async def decide() -> tuple[Rulebook, int | None]:
            found = await self._repository.find(Rulebook, rulebook_id)
            book = found or Rulebook.open(rulebook_id, organization_id, mode)
            change(book)
            with acting(tenant=organization_id):
                return book, await self._repository.save(book)

        return await deciding(decide)


def rule_name(rule_id: UUID) -> str:
    """Write the id of a rule as people see it: `txr_` and 32 hexadecimal digits."""
    return f"{RULE_ID}_{rule_id.hex}"
