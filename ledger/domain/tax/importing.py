"""What a table of tax rules changes in a rulebook, found out before any of it is recorded."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Protocol

from ledger.domain.errors import Refused
from ledger.domain.tax.rules import Scope, TaxRule, require_no_overlap

MOST_AT_ONCE: Final = 2_500
"""So many rules fit into one event, whatever their products are called."""


class TaxRuleDiffers(Refused):
    """The rulebook has this rule with another rate, or it has ended: end it, and write one with another first day."""

    code = "tax_rule_differs"


class TaxImportTooLarge(Refused):
    """A table changes at most 2,500 rules at once; a larger one is imported in parts."""

    code = "tax_import_too_large"


@dataclass(frozen=True, slots=True)
class Ending:
    """A rule that is valid before `valid_until` and no longer."""

    rule_id: str
    valid_until: date


@dataclass(frozen=True, slots=True)
class Import:
    """What a table changes: rules that are new and those that end earlier, and the ids of those that stay."""

    created: tuple[TaxRule, ...]
    ended: tuple[Ending, ...]
    unchanged: tuple[str, ...]


class Standing(Protocol):
    """What a rulebook holds: its rules by id, the days on which each was to end before, and its rules by scope."""

    rules: dict[str, TaxRule]
    earlier_ends: dict[str, set[date | None]]

    def of_scope(self, scope: Scope) -> list[TaxRule]:
        """Return the rules for exactly this."""
        ...


def import_of(table: Iterable[TaxRule], book: Standing) -> Import:
    """Return what `table` changes in `book`; a refusal names the rule of the table by its id as `refused`.

    A rule that the rulebook has ended since stays ended when the table comes again. Raises `TaxRuleContradictory`,
    `TaxScopeUnknown`, `TaxRuleOverlaps`, `TaxRuleDiffers`, `TaxImportTooLarge`.
    """
    created: dict[str, TaxRule] = {}
    ended: dict[str, Ending] = {}
    unchanged: list[str] = []
    for rule in table:
        present = book.rules.get(rule.rule_id)
        with _naming(rule):
            if present is None:
                _require_fresh(rule, created)
                created[rule.rule_id] = rule
            elif ending := _ending(rule, present, book.earlier_ends.get(rule.rule_id, set())):
                ended[rule.rule_id] = ending
            else:
                unchanged.append(rule.rule_id)
    if len(created) + len(ended) > MOST_AT_ONCE:
        raise TaxImportTooLarge(count=len(created) + len(ended))
    _require_no_overlaps(created.values(), ended, book)
    return Import(tuple(created.values()), tuple(ended.values()), tuple(unchanged))


def _require_fresh(rule: TaxRule, created: Mapping[str, TaxRule]) -> None:
    rule.require_sound()
    if created.get(rule.rule_id, rule) != rule:
        raise TaxRuleDiffers


def _ending(rule: TaxRule, present: TaxRule, earlier_ends: set[date | None]) -> Ending | None:
    """Return how the table ends a rule that is there, if it does; raise `TaxRuleDiffers` if it says otherwise."""
    if replace(rule, valid_until=present.valid_until) != present:
        raise TaxRuleDiffers
    if rule.valid_until == present.valid_until or rule.valid_until in earlier_ends:
        return None
    if rule.valid_until is None or not present.ends_earlier(rule.valid_until):
        raise TaxRuleDiffers
    return Ending(rule.rule_id, rule.valid_until)


def _require_no_overlaps(created: Iterable[TaxRule], ended: Mapping[str, Ending], book: Standing) -> None:
    after: dict[Scope, list[TaxRule]] = {}
    for rule in created:
        if rule.scope not in after:
            after[rule.scope] = [_as_ended(other, ended) for other in book.of_scope(rule.scope)]
        with _naming(rule):
            require_no_overlap(rule, after[rule.scope])
        after[rule.scope].append(rule)


def _as_ended(rule: TaxRule, ended: Mapping[str, Ending]) -> TaxRule:
    ending = ended.get(rule.rule_id)
    return rule if ending is None else replace(rule, valid_until=ending.valid_until)


@contextmanager
def _naming(rule: TaxRule) -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        raise type(refusal)(None, **refusal.facts, refused=rule.rule_id) from None
