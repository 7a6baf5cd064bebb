"""Rulebooks as they are recorded: once per key, all of a table or nothing, and one winner of two."""

import asyncio
from datetime import date
from uuid import UUID

import pytest

from ledger.application.tax.rulebooks import Rulebooks, RuleNoted, RuleTerms
from ledger.application.tax.starting_table import starting_rules
from ledger.domain.errors import NotFound
from ledger.domain.organization import Organization
from ledger.domain.tax.importing import MOST_AT_ONCE
from ledger.domain.tax.rate import Rate
from ledger.domain.tax.rulebook import Rulebook, SellerTerms, TaxRuleUnknown
from ledger.domain.tax.rules import CustomerType, RuleTreatment, Scope, TaxRule, TaxRuleOverlaps
from ledger.domain.values import IdempotencyKeyReused, Mode
from tests.application.two import Two
from tests.support.examples import ORGANIZATION
from tests.support.world import World

GERMAN = RuleTerms(Scope("DE"), RuleTreatment.STANDARD, Rate.of("19"), date(2021, 1, 1))
BODY = {"country": "DE", "rate": "19"}
OPENED, CREATED, IMPORTED = "tax_rulebook.opened", "tax_rulebook.rule_created", "tax_rulebook.rules_imported"


async def _created(world: World, key: str = "k", terms: RuleTerms = GERMAN) -> RuleNoted:
    return await world.ledger.rulebooks.create_rule(world.merchant, terms, key=key, body=BODY)


async def _book(world: World, mode: Mode = Mode.TEST) -> Rulebook | None:
    return await world.ledger.rulebooks.glance(world.merchant.organization_id, mode)


async def test_there_is_no_rulebook_until_something_is_said(world: World) -> None:
    """Nobody's own organization has none either, and the other mode keeps its own."""
    assert await _book(world) is None
    await _created(world)
    book = await _book(world)
    assert book is not None
    assert len(book.rules) == 1
    assert await _book(world, Mode.LIVE) is None
    with pytest.raises(NotFound):
        await world.ledger.rulebooks.glance(UUID(int=5), Mode.TEST)


async def test_fifty_at_once_with_one_key_create_one_rule(world: World) -> None:
    """IDEM-9."""
    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(_created(world)) for _ in range(50)]
    assert len({task.result().rule.rule_id for task in asked}) == 1
    assert sum(not task.result().replayed for task in asked) == 1
    assert await world.topics() == [OPENED, CREATED]


async def test_a_repetition_gives_the_first_answer_though_the_rule_has_ended(world: World) -> None:
    """IDEM-1, IDEM-2: and the same key with another body is refused, naming the field."""
    first = await _created(world)
    await world.ledger.rulebooks.end_rule(
        world.merchant.organization_id, Mode.TEST, first.rule.rule_id, date(2027, 1, 1)
    )
    again = await _created(world)
    assert (again.rule, again.replayed) == (first.rule, True)
    with pytest.raises(IdempotencyKeyReused) as refusal:
        await world.ledger.rulebooks.create_rule(world.merchant, GERMAN, key="k", body={**BODY, "rate": "7"})
    assert refusal.value.facts == {"fields": ["rate"]}
    assert len(await world.topics()) == 3


async def test_the_rulebook_looked_at_follows_what_is_recorded(world: World) -> None:
    """TAX-4: a rule holds for the next customer, and an end, too."""
    organization_id = world.merchant.organization_id
    rule = (await _created(world)).rule
    await _book(world)
    await world.ledger.rulebooks.end_rule(organization_id, Mode.TEST, rule.rule_id, date(2027, 1, 1))
    again = await world.ledger.rulebooks.end_rule(organization_id, Mode.TEST, rule.rule_id, date(2027, 1, 1))
    assert again.replayed
    book = await _book(world)
    assert book is not None
    assert book.rule(rule.rule_id).valid_until == date(2027, 1, 1)


async def test_a_rule_of_nobody_s_or_of_somebody_else_s_cannot_be_ended(world: World) -> None:
    """And no rulebook is opened by trying."""
    rule = (await _created(world)).rule
    for mode, rule_id in ((Mode.TEST, "txr_0"), (Mode.LIVE, rule.rule_id)):
        with pytest.raises(TaxRuleUnknown):
            await world.ledger.rulebooks.end_rule(world.merchant.organization_id, mode, rule_id, date(2027, 1, 1))
    assert await world.topics() == [OPENED, CREATED]


async def test_describing_the_seller_the_same_way_again_changes_nothing(world: World) -> None:
    seller = SellerTerms("DE", oss=True, vat_number="DE 136695976")
    for _ in range(2):
        await world.ledger.rulebooks.describe_seller(world.merchant.organization_id, Mode.TEST, seller)
    assert await world.topics() == [OPENED, "tax_rulebook.seller_described"]


async def test_the_starting_table_is_taken_over_in_one_append_and_once(world: World) -> None:
    """TAX-4: all of the Union's rates; a dry run says what would come of it and records nothing."""
    organization_id, rules = world.merchant.organization_id, starting_rules()
    rulebooks = world.ledger.rulebooks
    tried = await rulebooks.import_rules(organization_id, Mode.TEST, rules, dry_run=True)
    assert (tried.changes.created, tried.position) == (rules, None)
    assert await world.topics() == []
    taken = await rulebooks.import_rules(organization_id, Mode.TEST, rules)
    assert taken.changes == tried.changes
    again = await rulebooks.import_rules(organization_id, Mode.TEST, rules)
    assert (again.changes.created, len(again.changes.unchanged)) == ((), len(rules))
    assert await world.topics() == [OPENED, IMPORTED]


async def test_an_overlap_anywhere_in_a_table_appends_nothing(world: World) -> None:
    await _created(world)
    with pytest.raises(TaxRuleOverlaps):
        await world.ledger.rulebooks.import_rules(world.merchant.organization_id, Mode.TEST, starting_rules())
    assert await world.topics() == [OPENED, CREATED]


async def test_the_largest_table_fits_into_one_append(world: World) -> None:
    """With the longest names that there may be."""
    scope, day = Scope("FR", "FR-DOM", CustomerType.BUSINESS), date(2026, 1, 1)
    table = [
        TaxRule(
            rule_id=f"txr_{number:032x}",
            scope=Scope(scope.country, scope.territory, scope.customer, f"{number:064d}"),
            treatment=RuleTreatment.STANDARD,
            rate=Rate.of("19.1234"),
            valid_from=day,
            valid_until=date(2027, 1, 1),
        )
        for number in range(MOST_AT_ONCE)
    ]
    await world.ledger.rulebooks.import_rules(world.merchant.organization_id, Mode.TEST, table)
    assert await world.topics() == [OPENED, IMPORTED]


async def test_of_two_processes_that_create_overlapping_rules_one_wins(two: Two) -> None:
    """CONS-3: whichever append comes first decides; the other decides anew, and is refused."""
    await two.ours.save(Organization.register(ORGANIZATION, "Shirts & Co", id_salt="5a" * 32))
    processes = [Rulebooks(two.ours), Rulebooks(two.theirs)]
    for each in processes:
        assert await each.glance(ORGANIZATION, Mode.TEST) is None
    tables = [[GERMAN.named(f"txr_{number:032x}")] for number in range(2)]
    outcomes = await asyncio.gather(
        *(each.import_rules(ORGANIZATION, Mode.TEST, table) for each, table in zip(processes, tables, strict=True)),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Imported", "TaxRuleOverlaps"]
    book = await two.ours.get(Rulebook, await processes[0].stream_of(ORGANIZATION, Mode.TEST))
    assert len(book.rules) == 1
