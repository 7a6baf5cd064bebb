"""A VAT number that nobody could vouch for: tax now, the register again later, and then the truth."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import orjson

from consumers.ask_vat_on_checkout_completed import AskVatOnCheckoutCompleted
from consumers.schedule import Schedule
from ledger.adapters.memory.sender import MemorySender
from ledger.adapters.memory.vies import MemoryVies
from ledger.application.dead_work import DeadWork
from ledger.application.notifications import TYPES
from ledger.bootstrap import Ledger, assemble
from ledger.domain.review import Doubt
from ledger.domain.session import Line, PaymentStatus
from ledger.domain.tax.evidence import TaxEvidence
from ledger.domain.tax.taxed import Taxed
from ledger.domain.tax.treatment import NumberState, Treatment
from ledger.domain.vat.number import parse
from ledger.domain.work import Work
from tests.consumers.life import Life
from tests.consumers.test_reviews import the_review
from tests.support.taxed_examples import BILLING, FRENCH_RULE, GERMAN_RULE, SELLER
from tests.support.world import World

DOWN, UP_AND_UNKNOWN = "301", "200"


async def bought(world: World) -> UUID:
    """Let a French business buy cups under its number, and pay; return the checkout."""
    organization_id, mode = world.merchant.organization_id, world.merchant.mode
    await world.ledger.rulebooks.describe_seller(organization_id, mode, SELLER)
    await world.ledger.rulebooks.import_rules(organization_id, mode, [FRENCH_RULE, GERMAN_RULE])
    line = Line("Espresso cups", 1, world.terms().amount)
    checkout_id = await world.opened(automatic_tax=True, lines=(line,))
    await world.ledger.taxing.set_billing(checkout_id, BILLING)
    await world.pay(checkout_id, method="pm_card_visa")
    return checkout_id


def vies_of(world: World) -> MemoryVies:
    assert isinstance(world.ledger.ports.vies, MemoryVies)
    return world.ledger.ports.vies


async def tax_of(world: World, checkout_id: UUID) -> Taxed:
    checkout = await world.ledger.checkouts.get(checkout_id)
    assert checkout.taxed is not None
    return checkout.taxed


async def about_tax(world: World) -> list[str]:
    return [topic for topic in await world.topics() if "tax" in topic.removeprefix("tax_rulebook")]


async def test_tax_is_charged_now_and_corrected_when_the_number_turns_out_valid(world: World) -> None:
    """VAT-1, VAT-5, TAX-5: an outage is not an answer; the price stays, and all of it is net in the end."""
    vies_of(world).told["FR"] = DOWN
    checkout_id = await bought(world)
    life = Life(world.ledger, world.clock)
    await life.until(world.clock.now() + timedelta(minutes=4))
    before = await tax_of(world, checkout_id)
    assert (before.decisions[0].decision.treatment, before.total.tax) == (Treatment.DESTINATION, 333)
    assert before.basis.number is not None
    assert (before.basis.number.state, before.basis.number.reason) == (NumberState.UNKNOWN, "ms_unavailable")

    await life.until(world.clock.now() + timedelta(hours=1))
    assert "checkout.tax_corrected" not in await about_tax(world)
    vies_of(world).told.clear()
    await life.until(world.clock.now() + timedelta(hours=2))
    after = await tax_of(world, checkout_id)
    assert (after.decisions[0].decision.treatment, after.total.tax, after.total.net) == (
        Treatment.REVERSE_CHARGE,
        0,
        before.total.gross,
    )
    assert (after.basis.day, after.basis.rulebook_version) == (before.basis.day, before.basis.rulebook_version)
    assert after.basis.number is not None
    evidence = await world.ledger.repository.get(TaxEvidence, after.basis.number.evidence_id)
    assert (evidence.terms.state, evidence.terms.requester) == (NumberState.VALID, "DE136695976")
    assert evidence.terms.consultation_number
    assert evidence.terms.raw_sha256
    assert (await about_tax(world)).count("checkout.tax_corrected") == 1
    checkout = await world.ledger.checkouts.get(checkout_id)
    assert checkout.payment_status is PaymentStatus.PAID


async def test_merchants_are_told_of_a_correction_and_of_nothing_that_stays_as_it_was(world: World) -> None:
    """VAT-5, OUT-4: after the sale itself, with the tax as it should have been said, and the price as it was."""
    owner, mode = world.merchant.organization_id, world.merchant.mode
    await world.ledger.notifications.add(owner, mode, "https://shop.example/hooks", tuple(TYPES.values()))
    vies_of(world).told["FR"] = DOWN
    await bought(world)
    life = Life(world.ledger, world.clock)
    await life.until(world.clock.now() + timedelta(minutes=1))
    vies_of(world).told.clear()
    await life.until(world.clock.now() + timedelta(hours=2))
    sender = world.ledger.ports.sender
    assert isinstance(sender, MemorySender)
    told = [said for each in sender.sent if (said := orjson.loads(each.body))["type"].startswith("checkout.")]
    assert [(each["type"], each["data"]["tax"]["standing"]) for each in told] == [
        ("checkout.completed", "decided"),
        ("checkout.tax_corrected", "corrected"),
    ]
    totals = [each["data"]["tax"]["total"] for each in told]
    assert [(each["gross"]["minor"], each["tax"]["minor"]) for each in totals] == [(1999, 333), (1999, 0)]
    assert told[1]["data"]["tax_decision"]["consultation_number"]


async def test_an_invalid_number_confirms_the_tax(world: World) -> None:
    """VAT-5: what was charged was right."""
    vies_of(world).told["FR"] = DOWN
    checkout_id = await bought(world)
    life = Life(world.ledger, world.clock)
    await life.until(world.clock.now() + timedelta(minutes=1))
    vies_of(world).told["FR"] = UP_AND_UNKNOWN
    await life.until(world.clock.now() + timedelta(hours=3))
    settled = await tax_of(world, checkout_id)
    assert settled.total.tax == 333
    assert not settled.is_doubtful
    assert (await about_tax(world))[-2:] == ["tax_evidence.recorded", "checkout.tax_confirmed"]


async def test_an_old_yes_that_turns_out_to_be_a_no_is_corrected_upwards(world: World) -> None:
    """VAT-5, VAT-6: a stale valid made it the customer's tax; what the register says now makes it the seller's."""
    await world.ledger.vat_numbers.check(parse("FR40303265045"), parse("DE136695976"))
    world.clock.advance(hours=25)
    vies_of(world).told["FR"] = DOWN
    checkout_id = await bought(world)
    before = await tax_of(world, checkout_id)
    assert before.basis.number is not None
    assert (before.basis.number.state, before.basis.number.is_stale) == (NumberState.VALID, True)
    assert (before.total.tax, before.is_doubtful) == (0, True)
    life = Life(world.ledger, world.clock)
    await life.until(world.clock.now() + timedelta(minutes=1))
    vies_of(world).told["FR"] = UP_AND_UNKNOWN
    await life.until(world.clock.now() + timedelta(hours=3))
    after = await tax_of(world, checkout_id)
    assert (after.total.gross, after.total.tax, after.is_doubtful) == (before.total.gross, 333, False)
    assert (await about_tax(world))[-2:] == ["tax_evidence.recorded", "checkout.tax_corrected"]


async def test_a_register_that_stays_silent_calls_a_person(world: World) -> None:
    """VAT-5: unknown is never called invalid, however long it lasts; it ends at a person's desk."""
    vies_of(world).told["FR"] = DOWN
    checkout_id = await bought(world)
    life = Life(world.ledger, world.clock)
    await life.until(world.clock.now() + timedelta(days=15))
    assert (await tax_of(world, checkout_id)).is_doubtful
    events = await world.ledger.recorder.select_notifications(1, 10_000, topics=["work.dead"])
    (dead,) = [world.ledger.mapper.to_domain_event(event) for event in events]
    assert isinstance(dead, Work.Dead)
    assert dead.error.startswith("vat_number_unconfirmed")
    await life.until(world.clock.now() + timedelta(minutes=1))
    review = await the_review(world, Doubt.VAT_NUMBER_UNCONFIRMED)
    assert (review.terms.kind, review.terms.subject) == ("checkout", checkout_id)

    # They ask the customer, and then for one more look at the register, which answers by now.
    vies_of(world).told.clear()
    assert review.terms.work_item is not None
    given_up = DeadWork(world.ledger.repository, world.ledger.ports.work, world.clock)
    await given_up.retry(review.terms.work_item)
    await life.until(world.clock.now() + timedelta(minutes=1))
    assert (await tax_of(world, checkout_id)).total.tax == 0


async def test_settling_twice_corrects_once(world: World) -> None:
    """CONS-3: two processes that hear the register's answer at once append one correction."""
    vies_of(world).told["FR"] = DOWN
    checkout_id = await bought(world)
    vies_of(world).told.clear()
    world.clock.advance(minutes=6)
    checkout = await world.ledger.checkouts.get(checkout_id)
    check = await world.ledger.taxing.ask_again(checkout)
    assert check is not None
    for _ in range(2):
        await world.ledger.taxing.settle(checkout_id, check)
    topics = await about_tax(world)
    assert topics.count("checkout.tax_corrected") == 1
    assert topics.count("tax_evidence.recorded") == 2


async def test_a_sale_without_doubt_makes_no_work(world: World) -> None:
    """VAT-5: a number that the register vouched for is not asked about again."""
    checkout_id = await bought(world)
    life = Life(world.ledger, world.clock)
    await life.until(world.clock.now() + timedelta(days=1))
    assert len(vies_of(world).asked) == 1
    assert not (await tax_of(world, checkout_id)).is_doubtful


async def test_a_process_that_is_behind_asks_about_what_it_has_not_heard_of(world: World) -> None:
    """CONS-2, VAT-5: what it remembers, from before the customer gave another number, decides nothing."""
    organization_id, mode = world.merchant.organization_id, world.merchant.mode
    await world.ledger.rulebooks.describe_seller(organization_id, mode, SELLER)
    await world.ledger.rulebooks.import_rules(organization_id, mode, [FRENCH_RULE, GERMAN_RULE])
    checkout_id = await world.opened(automatic_tax=True)
    await world.ledger.taxing.set_billing(checkout_id, BILLING)
    behind = assemble(world.ledger.ports, name="behind")
    assert not rule_of(behind).waits(await behind.checkouts.glance(checkout_id))

    vies_of(world).told["FR"] = DOWN
    await world.ledger.taxing.set_billing(checkout_id, replace(BILLING, vat_number="FR83404833048"))
    await world.pay(checkout_id, method="pm_card_visa")
    await Life(world.ledger, world.clock).work()
    (completed,) = await world.ledger.recorder.select_notifications(1, 10_000, topics=["checkout.completed"])
    assert await rule_of(behind).concerns(behind.mapper.to_envelope(completed))


def rule_of(ledger: Ledger) -> AskVatOnCheckoutCompleted:
    return AskVatOnCheckoutCompleted(ledger.checkouts, ledger.taxing, ledger.ports.clock, Schedule())
