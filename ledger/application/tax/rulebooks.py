"""Rulebooks: what organizations say of their tax, once per idempotency key or table, and what it is now."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from ledger.application import ids
from ledger.application.context import acting
from ledger.application.idempotency import request_of
from ledger.application.organizations import Principal
from ledger.application.repository import Repository, deciding
from ledger.domain.errors import NotFound
from ledger.domain.organization import Organization
from ledger.domain.tax.importing import Import
from ledger.domain.tax.rate import Rate
from ledger.domain.tax.rulebook import Rulebook, SellerTerms
from ledger.domain.tax.rules import RuleTreatment, Scope, TaxRule
from ledger.domain.values import Mode

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RuleTerms:
    """What a rule says, before it has an id."""

    scope: Scope
    treatment: RuleTreatment
    rate: Rate
    valid_from: date
    valid_until: date | None = None

    def named(self, rule_id: str) -> TaxRule:
        """Return the rule that says this."""
        return TaxRule(rule_id, self.scope, self.treatment, self.rate, self.valid_from, self.valid_until)


@dataclass(frozen=True, slots=True)
class Noted:
    """What a request had recorded, or had been recorded before it: the rulebook's stream, and the last position."""

    stream_id: UUID
    position: int | None


@dataclass(frozen=True, slots=True)
class RuleNoted(Noted):
    """A rule as a request left it; `replayed` when it was so already."""

    rule: TaxRule
    replayed: bool


@dataclass(frozen=True, slots=True)
class Imported(Noted):
    """What a table changed."""

    changes: Import


class Rulebooks:
    """The rulebooks of this ledger: one for each organization and mode."""

    def __init__(self, repository: Repository) -> None:
        """Keep rulebooks in `repository`."""
        self._repository = repository

    async def stream_of(self, organization_id: UUID, mode: Mode) -> UUID:
        """Return the id of the organization's one rulebook in a mode; raise `NotFound` for no merchant's id."""
        organization = await self._repository.glance(Organization, organization_id)
        return ids.derived(organization.id_salt, "tax_rulebook", mode.value)

    async def glance(self, organization_id: UUID, mode: Mode) -> Rulebook | None:
        """Return the rulebook as this process last knew it, some milliseconds old at most; None if there is none."""
        stream_id = await self.stream_of(organization_id, mode)
        try:
            return await self._repository.glance(Rulebook, stream_id)
        except NotFound:
            return None

    async def describe_seller(self, organization_id: UUID, mode: Mode, seller: SellerTerms) -> Noted:
        """Sell so from now on; the same again is harmless. Raises what `SellerTerms.normal` does."""
        noted, _ = await self._change(organization_id, mode, lambda book: book.describe_seller(seller))
        return noted

    async def create_rule(
        self, principal: Principal, terms: RuleTerms, *, key: str, body: Mapping[str, object]
    ) -> RuleNoted:
        """Create a rule, once per (organization, mode, API key, idempotency key) (IDEM-7).

        A repetition is answered with the rule as it was created, whatever has become of it. Raises what
        `Rulebook.create_rule` does, `IdempotencyKeyReused` if the key was used with another `body`.
        """
        organization = await self._repository.glance(Organization, principal.organization_id)
        salt, mode = organization.id_salt, principal.mode
        rule_id = ids.derived(salt, "tax_rule", mode.value, principal.key_id, key)
        rule, request = terms.named(ids.outside("tax_rule", rule_id)), request_of(salt, key, body)
        noted, is_new = await self._change(
            principal.organization_id, mode, lambda book: book.create_rule(rule, request)
        )
        return RuleNoted(noted.stream_id, noted.position, rule, replayed=not is_new)

    async def end_rule(self, organization_id: UUID, mode: Mode, rule_id: str, valid_until: date) -> RuleNoted:
        """End a rule; the same again is harmless. Raises `TaxRuleUnknown`, `TaxRuleEndRefused`."""

        def end(book: Rulebook) -> TaxRule:
            book.end_rule(rule_id, valid_until)
            return book.rule(rule_id)

        noted, rule = await self._change(organization_id, mode, end)
        return RuleNoted(noted.stream_id, noted.position, rule, replayed=noted.position is None)

    async def import_rules(
        self, organization_id: UUID, mode: Mode, rules: Iterable[TaxRule], *, dry_run: bool = False
    ) -> Imported:
        """Take over a table, all of it in one append or nothing; the same table again changes nothing.

        With `dry_run` nothing is recorded, whatever would have been. Raises what `Rulebook.import_rules` does.
        """
        table = tuple(rules)
        noted, changes = await self._change(
            organization_id, mode, lambda book: book.import_rules(table), dry_run=dry_run
        )
        return Imported(noted.stream_id, noted.position, changes)

    async def _change(
        self, organization_id: UUID, mode: Mode, change: Callable[[Rulebook], T], *, dry_run: bool = False
    ) -> tuple[Noted, T]:
        stream_id = await self.stream_of(organization_id, mode)

        async def decide() -> tuple[Noted, T]:
            try:
                book = await self._repository.recall(Rulebook, stream_id)
            except NotFound:
                book = Rulebook.open(stream_id, organization_id, mode)
            changed = change(book)
            position = None if dry_run else await self._repository.save(book)
            return Noted(stream_id, position), changed

        with acting(tenant=organization_id):
            return await deciding(decide)
