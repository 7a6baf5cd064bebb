"""An organization's rulebook of tax: where it sells from, and its rules, each valid from one day to another."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.errors import NotFound, Refused
from ledger.domain.tax.assessment import Rounding
from ledger.domain.tax.rules import Scope, TaxRule, TaxRuleContradictory, require_no_overlap
from ledger.domain.values import Mode, Request

MOST_RULES: Final = 5_000
"""So many rules one rulebook holds: every rate of every country for decades, for several kinds of products."""


class TaxRuleUnknown(NotFound):
    """The organization has no such rule."""

    code = "tax_rule_unknown"


class TooManyTaxRules(Refused):
    """The rulebook holds as many rules as there may be."""

    code = "too_many_tax_rules"


class TimeZoneUnknown(Refused):
    """The time zone is not a name of the IANA's database (`Europe/Berlin`)."""

    code = "time_zone_unknown"


@dataclass(frozen=True, slots=True)
class SellerTerms:
    """Where the organization is established, and how it declares tax.

    `oss`: it declares through the One-Stop Shop. `vat_number` is its own, with its prefix and without punctuation.
    Days are those of `time_zone`, an IANA name. `rounding` is one setting for all its documents (TAX-7).
    """

    country: str
    oss: bool
    vat_number: str | None = None
    time_zone: str = "UTC"
    rounding: Rounding = Rounding.GROUP

    def require_sound(self) -> None:
        """Raise `TimeZoneUnknown`."""
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise TimeZoneUnknown from None


class Rulebook(aggregate.Aggregate):
    """The rules of one organization in one mode (`txb_…`).

    They are no part of the organization's own stream, which every request looks at: rules are many.
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
        """The organization said where it sells from."""

        TOPIC = "tax_rulebook.seller_described"
        seller: SellerTerms

    class RuleCreated(Event):
        """A rule holds from its first day on; `request` is the one that made it, None for one of a table."""

        TOPIC = "tax_rulebook.rule_created"
        rule: TaxRule
        request: Request | None

    class RuleEnded(Event):
        """A rule holds before `valid_until` and no longer. What was decided by it stays decided."""

        TOPIC = "tax_rulebook.rule_ended"
        rule_id: str
        valid_until: date

    @event(Opened)
    def __init__(self, organization_id: UUID, mode: Mode) -> None:
        self.organization_id = organization_id
        self.mode = mode
        self.seller: SellerTerms | None = None
        self.rules: dict[str, TaxRule] = {}
        self.by_scope: dict[Scope, list[str]] = {}
        self.requests: dict[str, Request] = {}

    @classmethod
    def open(cls, rulebook_id: UUID, organization_id: UUID, mode: Mode) -> "Rulebook":
        """Open the one rulebook of an organization in a mode, whose id is derived from both."""
        book: Rulebook = cls._create(cls.Opened, id=rulebook_id, organization_id=organization_id, mode=mode)
        return book

    def describe_seller(self, seller: SellerTerms) -> None:
        """Sell from there from now on; the same again is harmless. Raises `TimeZoneUnknown`."""
        seller.require_sound()
        if seller != self.seller:
            self._seller_described(seller)

    def create_rule(self, rule: TaxRule, request: Request | None = None) -> bool:
        """Add a rule; False if it is there already, as it was made.

        Raises `TaxRuleContradictory`, `TaxScopeUnknown`, `TaxRuleOverlaps`, `TooManyTaxRules`, and
        `IdempotencyKeyReused` where the request that made the rule was another.
        """
        if rule.rule_id in self.rules:
            made_by = self.requests.get(rule.rule_id)
            if made_by is not None and request is not None:
                made_by.require_same(request)
            return False
        rule.require_sound()
        require_no_overlap(rule, (self.rules[other] for other in self.by_scope.get(rule.scope, ())))
        if len(self.rules) >= MOST_RULES:
            raise TooManyTaxRules(limit=MOST_RULES)
        self._rule_created(rule, request)
        return True

    def end_rule(self, rule_id: str, valid_until: date) -> None:
        """Let a rule hold before `valid_until` and no longer; the same again is harmless.

        It can only come to hold for a shorter time. Raises `TaxRuleUnknown`, `TaxRuleContradictory`.
        """
        rule = self.rules.get(rule_id)
        if rule is None:
            raise TaxRuleUnknown
        if rule.valid_until == valid_until:
            return
        if valid_until <= rule.valid_from or (rule.valid_until is not None and valid_until > rule.valid_until):
            raise TaxRuleContradictory
        self._rule_ended(rule_id, valid_until)

    @event(SellerDescribed)
    def _seller_described(self, seller: SellerTerms) -> None:
        self.seller = seller

    @event(RuleCreated)
    def _rule_created(self, rule: TaxRule, request: Request | None) -> None:
        self.rules[rule.rule_id] = rule
        self.by_scope.setdefault(rule.scope, []).append(rule.rule_id)
        if request is not None:
            self.requests[rule.rule_id] = request

    @event(RuleEnded)
    def _rule_ended(self, rule_id: str, valid_until: date) -> None:
        self.rules[rule_id] = replace(self.rules[rule_id], valid_until=valid_until)
