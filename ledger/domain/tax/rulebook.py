"""An organization's rulebook of tax: how it sells, and its rules, each valid from one day on and before another."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.errors import NotFound, Refused
from ledger.domain.tax.importing import Ending, Import, import_of
from ledger.domain.tax.rules import Scope, TaxRule, require_no_overlap
from ledger.domain.tax.seller import SellerTerms
from ledger.domain.values import Mode, Request

__all__ = ["MOST_RULES", "Rulebook", "SellerTerms", "TaxRuleEndRefused", "TaxRuleUnknown", "TooManyTaxRules"]

MOST_RULES: Final = 5_000
"""So many rules one rulebook holds: every rate of every country for decades, for several kinds of products."""


class TaxRuleUnknown(NotFound):
    """The organization has no such rule."""

    code = "tax_rule_unknown"


class TaxRuleEndRefused(Refused):
    """A rule ends after its first day, and not later than it does already."""

    code = "tax_rule_end_refused"


class TooManyTaxRules(Refused):
    """The rulebook has room for five thousand rules, those that have ended included."""

    code = "too_many_tax_rules"


class Rulebook(aggregate.Aggregate):
    """The rules of one organization in one mode (`txb_…`).

    They are no part of the organization's own stream, which every request looks at: rules are many. None is ever
    taken out, so that what was valid on any day stays known.
    """

    TOPIC = "tax_rulebook"

    class Event(aggregate.Event):
        """A fact about a rulebook."""

    class Opened(Event, aggregate.Created):
        """The organization said something of its tax for the first time."""

        TOPIC = "tax_rulebook.opened"
        organization_id: UUID
        mode: Mode

    class SellerDescribed(Event):
        """The organization said how it sells from now on."""

        TOPIC = "tax_rulebook.seller_described"
        seller: SellerTerms

    class RuleCreated(Event):
        """A rule is there; `request` is the one that made it."""

        TOPIC = "tax_rulebook.rule_created"
        rule: TaxRule
        request: Request | None

    class RuleEnded(Event):
        """A rule is valid before `valid_until` and no longer; what was decided by it stays decided."""

        TOPIC = "tax_rulebook.rule_ended"
        rule_id: str
        valid_until: date

    class RulesImported(Event):
        """The rules of a table are there, and those it says so of end earlier: one fact, as it is one table."""

        TOPIC = "tax_rulebook.rules_imported"
        rules: tuple[TaxRule, ...]
        endings: tuple[Ending, ...]

    @event(Opened)
    def __init__(self, organization_id: UUID, mode: Mode) -> None:
        self.organization_id = organization_id
        self.mode = mode
        self.seller: SellerTerms | None = None
        self.rules: dict[str, TaxRule] = {}
        self.by_scope: dict[Scope, list[str]] = {}
        self.earlier_ends: dict[str, set[date | None]] = {}
        self.requests: dict[str, Request] = {}

    @classmethod
    def open(cls, rulebook_id: UUID, organization_id: UUID, mode: Mode) -> "Rulebook":
        """Open the one rulebook of an organization in a mode, whose id is derived from both."""
        book: Rulebook = cls._create(cls.Opened, id=rulebook_id, organization_id=organization_id, mode=mode)
        return book

    def describe_seller(self, seller: SellerTerms) -> None:
        """Sell so from now on; the same again is harmless. Raises what `SellerTerms.normal` does."""
        normal = seller.normal()
        if normal != self.seller:
            self._seller_described(normal)

    def create_rule(self, rule: TaxRule, request: Request | None = None) -> bool:
        """Add a rule; False if the same `request` has added it before.

        Raises `TaxRuleContradictory`, `TaxScopeUnknown`, `TaxRuleOverlaps`, `TooManyTaxRules`, or
        `IdempotencyKeyReused` if another request had this id.
        """
        first = self.requests.get(rule.rule_id)
        if first is not None and request is not None:
            first.require_same(request)
            return False
        assert rule.rule_id not in self.rules, "an id belongs to one request"
        rule.require_sound()
        require_no_overlap(rule, self.of_scope(rule.scope))
        self._require_room(1)
        self._rule_created(rule, request)
        return True

    def end_rule(self, rule_id: str, valid_until: date) -> None:
        """Let a rule be valid before `valid_until` and no longer; the same again is harmless.

        The day may be past. Raises `TaxRuleUnknown`, or `TaxRuleEndRefused` unless it shortens the rule.
        """
        rule = self.rule(rule_id)
        if rule.valid_until == valid_until:
            return
        if not rule.ends_earlier(valid_until):
            raise TaxRuleEndRefused(
                valid_from=rule.valid_from.isoformat(),
                valid_until=None if rule.valid_until is None else rule.valid_until.isoformat(),
            )
        self._rule_ended(rule_id, valid_until)

    def import_rules(self, table: Iterable[TaxRule]) -> Import:
        """Add the rules of a table that are new, and end those that it says end earlier; all of it or nothing.

        What the table has in common with the rulebook stays as it is. Raises as `import_of` does, and
        `TooManyTaxRules`.
        """
        found = import_of(table, self)
        self._require_room(len(found.created))
        if found.created or found.ended:
            self._rules_imported(found.created, found.ended)
        return found

    def rule(self, rule_id: str) -> TaxRule:
        """Return a rule; raise `TaxRuleUnknown`."""
        try:
            return self.rules[rule_id]
        except KeyError:
            raise TaxRuleUnknown from None

    def of_scope(self, scope: Scope) -> list[TaxRule]:
        """Return the rules for exactly this."""
        return [self.rules[rule_id] for rule_id in self.by_scope.get(scope, ())]

    def _require_room(self, more: int) -> None:
        if len(self.rules) + more > MOST_RULES:
            raise TooManyTaxRules(left=MOST_RULES - len(self.rules))

    @event(SellerDescribed)
    def _seller_described(self, seller: SellerTerms) -> None:
        self.seller = seller

    @event(RuleCreated)
    def _rule_created(self, rule: TaxRule, request: Request | None) -> None:
        self._keep(rule)
        if request is not None:
            self.requests[rule.rule_id] = request

    @event(RuleEnded)
    def _rule_ended(self, rule_id: str, valid_until: date) -> None:
        self._end(rule_id, valid_until)

    @event(RulesImported)
    def _rules_imported(self, rules: tuple[TaxRule, ...], endings: tuple[Ending, ...]) -> None:
        for rule in rules:
            self._keep(rule)
        for ending in endings:
            self._end(ending.rule_id, ending.valid_until)

    def _keep(self, rule: TaxRule) -> None:
        self.rules[rule.rule_id] = rule
        self.by_scope.setdefault(rule.scope, []).append(rule.rule_id)

    def _end(self, rule_id: str, valid_until: date) -> None:
        rule = self.rules[rule_id]
        self.earlier_ends.setdefault(rule_id, set()).add(rule.valid_until)
        self.rules[rule_id] = replace(rule, valid_until=valid_until)
