"""The history of a payment that was held, taken in parts and partly given back, as people read it."""

from uuid import UUID

import pytest

from ledger.application.history import Histories, History, Step
from ledger.application.ids import outside
from ledger.domain.charge import CaptureMethod
from ledger.domain.money import Money
from tests.consumers.life import Life
from tests.support.world import World, opened_world


async def lived(world: World) -> tuple[UUID, UUID, UUID]:
    """Hold 19.99, take 5.00 and then 7.00 of it, and give 1.00 back; return checkout, payment and refund."""
    life = Life(world.ledger, world.clock)
    checkout_id = await world.opened(capture_method=CaptureMethod.MANUAL)
    payment_id = (await world.pay(checkout_id, method="pm_card_visa")).stream_id
    await life.work()
    for minor, final in ((500, False), (700, True)):
        await world.ledger.holds.capture(
            payment_id,
            world.merchant,
            amount=Money(minor, "EUR"),
            final=final,
            key=f"capture-{minor}",
            body={"minor": minor},
        )
        await life.work()
    begun = await world.ledger.refunds.request(
        payment_id, world.merchant, amount=Money(100, "EUR"), reason=None, key="refund-1", body={}
    )
    await life.work()
    return checkout_id, payment_id, begun.stream_id


async def told(world: World, subject: str) -> History:
    ports = world.ledger.ports
    return await Histories(world.ledger.recorder, ports.pages, world.ledger.mapper, ports.clock).of(subject)


def step(history: History, topic: str) -> Step:
    return next(step for step in history.steps if step.topic == topic)


async def test_a_refund_a_payment_and_a_checkout_bring_each_other() -> None:
    """EVT-3."""
    async with opened_world() as world:
        checkout_id, payment_id, refund_id = await lived(world)
        subjects = outside("checkout", checkout_id), outside("payment", payment_id), outside("refund", refund_id)
        first, second, third = [await told(world, subject) for subject in subjects]
        assert first.steps == second.steps == third.steps
        assert set(third.state) == set(subjects)
        assert third.state[subjects[2]]["status"] == "succeeded"
        assert third.state[subjects[1]][f"refunds.held.{refund_id.hex}"] == 100


async def test_what_is_taken_is_told_part_by_part_with_its_postings() -> None:
    """EVT-3, PAY-2."""
    async with opened_world() as world:
        _, payment_id, _ = await lived(world)
        history = await told(world, outside("payment", payment_id))
        asked, part, rest = [
            step(history, f"payment.{fact}") for fact in ("capture_requested", "partially_captured", "captured")
        ]
        assert (asked.facts["order.amount"], asked.facts["order.final"]) == ("5.00 EUR", False)
        assert (part.facts["amount"], part.facts["postings.provider:stripe:clearing"]) == ("5.00 EUR", "+500")
        assert (rest.facts["amount"], rest.facts["postings.provider:stripe:clearing"]) == ("7.00 EUR", "+700")
        assert ("status", "capturing", "captured") in [(it.field, it.before, it.after) for it in rest.changes]


@pytest.mark.parametrize("kind", ["checkout", "payment", "refund"])
async def test_no_hash_of_any_request_is_shown(kind: str) -> None:
    async with opened_world() as world:
        ids = dict(zip(("checkout", "payment", "refund"), await lived(world), strict=True))
        history = await told(world, outside(kind, ids[kind]))
        names = {name for step in history.steps for name in (*step.facts, *(it.field for it in step.changes))}
        names |= {name for state in history.state.values() for name in state}
        assert "captures.orders.1.request.key" in names
        assert not [name for name in names if "request.fields" in name]
